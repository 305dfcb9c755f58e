package dev.tern.architecture;

import dev.tern.layer.Linear;

/**
 * Where a linear of a network comes from.
 *
 * @param tensor GGUF's name of the matrix without ".weight"; of an expert, with its number ({@code blk.0.ffn_up.3})
 * @param tensorRows rows of that matrix
 * @param rows which of them the linear has, or null for all
 */
public record Fragment(Linear linear, String tensor, int tensorRows, int[] rows) {
  /** Which row of the tensor row {@code row} of the linear is. */
  public int row(int row) {
    return rows == null ? row : rows[row];
  }
}
