package dev.tern.architecture;

/** Where GGUF files of a family order rows or columns of linears unlike Hugging Face directories. */
interface TensorOrder {
  /** The flag, under the architecture's prefix, that is false where a checkpoint has Hugging Face's order after all. */
  String key();

  /**
   * Which row of Hugging Face's each row of GGUF's is, or null where they are the same.
   *
   * @param part the tensor's name in its layer, without suffix
   */
  int[] rows(String part, Layer layer);

  /** Which column of Hugging Face's each column of GGUF's is, or null. */
  int[] columns(String part, Layer layer);
}
