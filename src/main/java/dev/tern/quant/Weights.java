package dev.tern.quant;

import dev.tern.error.TernException;
import java.lang.foreign.MemorySegment;

/**
 * A matrix {@code [rows, cols]} in native memory in a compute layout, or still in its file and packed whenever it is
 * needed.
 *
 * @param name the tensor it came from, for messages
 * @param codebook what 4-bit codes stand for; of no meaning in other layouts
 * @param data 64-byte aligned, at least {@link Layout#bytes} long; empty where there is a file
 * @param file the rows in file form, or null
 */
public record Weights(
    String name, Layout layout, Codebook codebook, int rows, int cols, MemorySegment data, RowSource file) {
  public Weights {
    if (rows < 0 || cols < 1 || file == null && data.byteSize() < layout.bytes(rows, cols)) {
      throw new TernException(
          "%s: a matrix [%d, %d] in layout %s does not fit %d bytes"
              .formatted(name, rows, cols, layout, data.byteSize()));
    }
  }

  /** A packed matrix. */
  public Weights(String name, Layout layout, Codebook codebook, int rows, int cols, MemorySegment data) {
    this(name, layout, codebook, rows, cols, data, null);
  }

  /** A packed matrix whose layout has no 4-bit codes, or signed ones. */
  public Weights(String name, Layout layout, int rows, int cols, MemorySegment data) {
    this(name, layout, Codebook.SIGNED, rows, cols, data, null);
  }

  /** Whether {@link #data} holds the matrix. */
  public boolean packed() {
    return file == null;
  }

  /** Bytes that a product reads. */
  public long bytes() {
    return packed() ? layout.bytes(rows, cols) : rows * file.rowBytes();
  }
}
