package dev.tern.kernel;

import dev.tern.quant.Codebook;
import dev.tern.quant.Layout;
import dev.tern.quant.Scales;
import dev.tern.quant.Weights;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Matrices in any layout with random bytes for codes and whole-numbered scales, and chosen magnitudes. */
public final class RandomWeights {
  /** What the matrix is made of. */
  public enum Kind {
    NORMAL(0.02f),
    /** Near the largest half float; of F32 near 1e30. */
    HUGE(60000),
    /** Subnormal half floats. */
    TINY(0x1p-24f),
    ZERO(0),
    /** All code bits set. */
    MAX_CODES(0.02f);

    private final float magnitude;

    Kind(float magnitude) {
      this.magnitude = magnitude;
    }
  }

  private final Random random;

  public RandomWeights(long seed) {
    random = new Random(seed);
  }

  public Weights make(Layout layout, Codebook codebook, Kind kind, int rows, int cols, NativeMemory memory) {
    MemorySegment data = memory.allocate(layout.bytes(rows, cols));
    byte[] bytes = new byte[(int) data.byteSize()];
    random.nextBytes(bytes);
    if (kind == Kind.MAX_CODES) {
      java.util.Arrays.fill(bytes, (byte) -1);
    }
    if (layout == Layout.Q4_K || layout == Layout.Q8_K) { // scales of 6 bits
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 0x7f;
      }
    }
    MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    for (long panel = 0; panel < data.byteSize(); panel += layout.panelBytes(cols)) {
      for (int block = 0; block < layout.blocks(cols); block++) {
        switch (layout) {
          case Q8_K16 -> codes(data, panel + layout.block(block), -32, kind == Kind.MAX_CODES ? -32 : 31);
          case Q8_K, Q8_MIN -> codes(data, panel + layout.block(block), kind == Kind.MAX_CODES ? 31 : 0, 31);
          default -> {}
        }
        magnitudes(data, layout, kind, panel + layout.superBlock(block), panel + layout.block(block));
      }
    }
    return new Weights("random", layout, codebook, rows, cols, data);
  }

  /** Fills a block with codes of a range, which stand for themselves less 128. */
  private void codes(MemorySegment data, long at, int least, int greatest) {
    for (int i = 0; i < 1024; i++) {
      data.set(ValueLayout.JAVA_BYTE, at + i, (byte) (128 + random.nextInt(least, greatest + 1)));
    }
  }

  private void magnitudes(MemorySegment data, Layout layout, Kind kind, long superBlock, long block) {
    switch (layout) {
      case F32 -> floats(data, block, kind);
      case F16, Q4_K, Q4_K16, Q8_K, Q8_K16 ->
          halves(data, superBlock, layout == Layout.F16 ? 64 : headerBytes(layout), kind);
      case BF16 -> bfloats(data, block, kind);
      case Q4, Q8 -> halves(data, block + 128 * layout.codeBits(), 64, kind);
      case Q8_MIN -> halves(data, block + 1024, 128, kind);
    }
  }

  private static int headerBytes(Layout layout) {
    return layout.scales() == Scales.K16 ? 64 : 128;
  }

  private float value(Kind kind) {
    float value = kind.magnitude * (1 + (float) random.nextGaussian() * 0.1f);
    return random.nextInt(4) == 0 ? -value : value;
  }

  private void floats(MemorySegment data, long at, Kind kind) {
    float factor = kind == Kind.HUGE ? 1e26f : kind == Kind.TINY ? 1e-33f : 1;
    for (int i = 0; i < 32; i++) {
      data.set(ValueLayout.JAVA_FLOAT, at + 4 * i, value(kind) * factor);
    }
  }

  private void halves(MemorySegment data, long at, int bytes, Kind kind) {
    for (int i = 0; i < bytes; i += 2) {
      float value = Math.clamp(value(kind), -65504f, 65504f);
      data.set(ValueLayout.JAVA_SHORT, at + i, Float.floatToFloat16(value));
    }
  }

  private void bfloats(MemorySegment data, long at, Kind kind) {
    for (int i = 0; i < 64; i += 2) {
      data.set(ValueLayout.JAVA_SHORT, at + i, (short) (Float.floatToRawIntBits(value(kind)) >>> 16));
    }
  }
}
