package dev.tern.kernel.simd;

import dev.tern.tensor.Activations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What one worker computes with; reused. */
final class Scratch {
  /** Columns that are decoded at a time. */
  static final int TILE_COLUMNS = 512;

  /** Tokens that share a decoded tile at most; a multiple of {@link TileKernels#TOKENS}. */
  static final int TILE_TOKENS = 480;

  /** Where sums {@code [tokens][64]} start in {@link #tile}, after decoded weights {@code [columns][64]}. */
  static final long SUMS = TILE_COLUMNS * 256L;

  final float[] sums = new float[32];
  private MemorySegment tile;
  private float[] padded = new float[0];
  private Quantized[] quantized = new Quantized[0];
  private Activations[] inputs = new Activations[0];
  private int[] rows = new int[0];
  private int count;

  MemorySegment tile() {
    if (tile == null) {
      tile = Arena.ofAuto().allocate(SUMS + TILE_TOKENS * 256L, 64);
    }
    return tile;
  }

  /** Forgets the inputs of the last operation. */
  void start() {
    count = 0;
  }

  /** A row of activations, quantized at most once per operation. */
  Quantized quantized(Activations in, int row) {
    for (int i = count - 1; i >= 0; i--) {
      if (inputs[i] == in && rows[i] == row) {
        return quantized[i];
      }
    }
    grow();
    inputs[count] = in;
    rows[count] = row;
    quantized[count].set(in.data(), in.offset(row), in.width());
    return quantized[count++];
  }

  private void grow() {
    if (count < inputs.length) {
      return;
    }
    int size = Math.max(8, 2 * count);
    inputs = java.util.Arrays.copyOf(inputs, size);
    rows = java.util.Arrays.copyOf(rows, size);
    quantized = java.util.Arrays.copyOf(quantized, size);
    for (int i = count; i < size; i++) {
      quantized[i] = new Quantized();
    }
  }

  /** A row of activations followed by zeros up to a multiple of 32. */
  float[] padded(Activations in, int row) {
    int width = in.width();
    int size = Math.ceilDiv(width, 32) * 32;
    if (padded.length < size) {
      padded = new float[size];
    }
    System.arraycopy(in.data(), in.offset(row), padded, 0, width);
    java.util.Arrays.fill(padded, width, size, 0);
    return padded;
  }
}
