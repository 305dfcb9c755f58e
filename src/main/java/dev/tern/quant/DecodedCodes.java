package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Formats whose codes are points of a grid or packed digits: values are decoded and divided by their scale, which gives
 * back one of the values of a codebook.
 */
final class DecodedCodes extends BlockCodes {
  /** Reads the half float at {@code scaleAt} and whole-numbered scales. */
  @FunctionalInterface
  interface ScaleReader {
    void read(BlockCodes codes, byte[] run, int p);
  }

  private static final int EIGHTHS = 8;

  private final BlockFormat format;
  private final ScaleReader reader;

  /** The code of each multiple of an eighth from −16 on: all values of the codebooks in question are such. */
  private final byte[] codeOf = new byte[256];

  private final float[] values;

  DecodedCodes(TensorType type, Codebook codebook, ScaleReader reader) {
    this.format = (BlockFormat) Codecs.of(type);
    for (int i = 0; i < codeOf.length; i++) {
      codeOf[i] = (byte) codebook.nearest((i - 128f) / EIGHTHS);
    }
    this.reader = reader;
    values = new float[type.blockSize()];
    Arrays.fill(scales, 1);
  }

  /** A half float and no other scales. */
  static ScaleReader half(int at) {
    return (codes, run, p) -> codes.scale = f16(run, p + at);
  }

  static void iq2xxs(BlockCodes codes, byte[] run, int p) {
    codes.scale = f16(run, p);
    for (int group = 0; group < 16; group++) {
      codes.scales[group] = 2 * (Bytes.i32(run, p + 6 + (group >> 1) * 8) >>> 28) + 1;
    }
  }

  /** 4-bit numbers s of 16 columns each; the scale is 2 s + 1. */
  static ScaleReader nibbles16(int at) {
    return (codes, run, p) -> {
      codes.scale = f16(run, p);
      for (int group = 0; group < 16; group++) {
        codes.scales[group] = 2 * (run[p + at + (group >> 1)] >> (group & 1) * 4 & 15) + 1;
      }
    };
  }

  static void iq3xxs(BlockCodes codes, byte[] run, int p) {
    codes.scale = f16(run, p);
    for (int group = 0; group < 16; group++) {
      codes.scales[group] = 2 * (Bytes.i32(run, p + 66 + (group >> 1) * 4) >>> 28) + 1;
    }
  }

  static void iq3s(BlockCodes codes, byte[] run, int p) {
    codes.scale = f16(run, p);
    for (int group = 0; group < 16; group++) {
      codes.scales[group] = 2 * (run[p + 106 + (group >> 2)] >> (group >> 1 & 1) * 4 & 15) + 1;
    }
  }

  static void iq1s(BlockCodes codes, byte[] run, int p) {
    codes.scale = f16(run, p);
    for (int group = 0; group < 16; group++) {
      codes.scales[group] = 2 * (Bytes.u16(run, p + 34 + (group >> 1) * 2) >> 12 & 7) + 1;
    }
  }

  static void iq1m(BlockCodes codes, byte[] run, int p) {
    codes.scale = IQ1_M.scaleBits(run, p + 48);
    for (int group = 0; group < 16; group++) {
      codes.scales[group] = 2 * (Bytes.u16(run, p + 48 + (group >> 2) * 2) >> 3 * (group & 3) & 7) + 1;
    }
  }

  @Override
  void read(byte[] run, int p) {
    reader.read(this, run, p);
    format.decode(MemorySegment.ofArray(run), p, values, 0, values.length);
    float unit = Float.float16ToFloat(scale) / EIGHTHS;
    for (int i = 0; i < values.length; i += 4) {
      float inverse = unit == 0 ? 0 : 1 / (unit * scales[i >> 4]);
      int quad = 0;
      for (int j = 0; j < 4; j++) {
        quad |= codeOf[(int) (values[i + j] * inverse + 128.5f) & 255] << 8 * j;
      }
      quads[i >> 2] = quad;
    }
  }
}
