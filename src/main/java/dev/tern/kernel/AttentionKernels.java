package dev.tern.kernel;

import dev.tern.tensor.Activations;

/** Softmax attention of query rows over the keys and values of one sequence. */
public interface AttentionKernels {
  /**
   * For rows {@code row … row + count} of {@code q} {@code [rows, heads · keyWidth]}, at positions {@code position …},
   * writes the attention output to the same rows of {@code out} {@code [rows, heads · valueWidth]}. Keys and values of
   * these positions are already in the store.
   */
  void attend(
      AttentionShape shape,
      AttentionMask mask,
      KeyValueStore store,
      Activations q,
      int row,
      int count,
      int position,
      Activations out);
}
