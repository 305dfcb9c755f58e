package dev.tern.architecture;

/** A layer of the checkpoint, by number: the prefix of its tensors. */
public record Layer(int index) {
  /** The full name of one of its tensors, without the suffix ".weight". */
  public String name(String part) {
    return "blk." + index + "." + part;
  }
}
