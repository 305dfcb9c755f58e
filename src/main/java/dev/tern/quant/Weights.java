package dev.tern.quant;

import dev.tern.error.TernException;
import java.lang.foreign.MemorySegment;

/**
 * A matrix {@code [rows, cols]} in native memory in a compute layout.
 *
 * @param name the tensor it came from, for messages
 * @param codebook what 4-bit codes stand for; of no meaning in other layouts
 * @param data 64-byte aligned, at least {@link Layout#bytes} long
 */
public record Weights(String name, Layout layout, Codebook codebook, int rows, int cols, MemorySegment data) {
  public Weights {
    if (rows < 0 || cols < 1 || data.byteSize() < layout.bytes(rows, cols)) {
      throw new TernException(
          "%s: a matrix [%d, %d] in layout %s does not fit %d bytes"
              .formatted(name, rows, cols, layout, data.byteSize()));
    }
  }

  /** A matrix whose layout has no 4-bit codes, or signed ones. */
  public Weights(String name, Layout layout, int rows, int cols, MemorySegment data) {
    this(name, layout, Codebook.SIGNED, rows, cols, data);
  }

  /** Bytes that a product reads. */
  public long bytes() {
    return layout.bytes(rows, cols);
  }
}
