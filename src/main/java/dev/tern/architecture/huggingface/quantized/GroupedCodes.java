package dev.tern.architecture.huggingface.quantized;

/** A matrix of small integers with a scale and a zero point per group of columns: {@code (code − zero) · scale}. */
abstract class GroupedCodes {
  final String name;
  final int rows;
  final int cols;

  /** The group of each column. */
  final int[] groupOf;

  final int groups;

  GroupedCodes(String name, int rows, int cols, int[] groupOf, int groups) {
    this.name = name;
    this.rows = rows;
    this.cols = cols;
    this.groupOf = groupOf;
    this.groups = groups;
  }

  /** Reads the codes of a row. */
  abstract void codes(int row, int[] codes);

  abstract int zero(int row, int group);

  abstract float scale(int row, int group);
}
