package dev.tern.architecture.huggingface.quantized;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Codes and scales as blocks of GGUF, unchanged: Q4_0 where every zero point is 8 (or codes have four bits and a sign),
 * else Q5_0 or Q8_0 with the zero points subtracted. Where groups are not whole blocks of 32 columns, or a half float
 * cannot hold the scales, values are decoded ({@link FloatRows}). Scales in bfloat16 or f32 are rounded to half floats,
 * an error below 2^-11 of the value.
 */
final class Blocks {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int BLOCK = 32;
  private static final float SMALLEST_NORMAL_HALF = 0x1p-14f;
  private static final float LARGEST_HALF = 65504;

  private final GroupedCodes source;
  private final Bounds bounds;

  /** The least and largest code without zero point, the largest and least scale but zero. */
  private record Bounds(int least, int largest, float largestScale, float leastScale) {}

  private Blocks(GroupedCodes source) {
    this.source = source;
    bounds = bounds(source);
  }

  /** The tensor {@code [rows, cols]}. */
  static TensorView of(GroupedCodes source) {
    Blocks blocks = new Blocks(source);
    return blocks.fit() ? blocks.encode(blocks.type()) : blocks.decode();
  }

  private static Bounds bounds(GroupedCodes source) {
    return IntStream.range(0, source.rows)
        .parallel()
        .mapToObj(row -> bounds(source, row))
        .reduce(
            new Bounds(0, 0, 0, Float.MAX_VALUE),
            (a, b) ->
                new Bounds(
                    Math.min(a.least, b.least),
                    Math.max(a.largest, b.largest),
                    Math.max(a.largestScale, b.largestScale),
                    Math.min(a.leastScale, b.leastScale)));
  }

  private static Bounds bounds(GroupedCodes source, int row) {
    int[] codes = new int[source.cols];
    source.codes(row, codes);
    int least = 0;
    int largest = 0;
    float largestScale = 0;
    float leastScale = Float.MAX_VALUE;
    for (int col = 0; col < codes.length; col++) {
      int code = codes[col] - source.zero(row, source.groupOf[col]);
      least = Math.min(least, code);
      largest = Math.max(largest, code);
    }
    for (int group = 0; group < source.groups; group++) {
      float scale = Math.abs(source.scale(row, group));
      largestScale = Math.max(largestScale, scale);
      leastScale = scale == 0 ? leastScale : Math.min(leastScale, scale);
    }
    return new Bounds(least, largest, largestScale, leastScale);
  }

  private boolean fit() {
    boolean scales = bounds.largestScale <= LARGEST_HALF && (bounds.leastScale >= SMALLEST_NORMAL_HALF || areHalves());
    return scales && source.cols % BLOCK == 0 && groupsAreWholeBlocks() && bounds.least >= -128 && bounds.largest < 128;
  }

  private boolean areHalves() {
    return IntStream.range(0, source.rows)
        .allMatch(row -> IntStream.range(0, source.groups).allMatch(group -> isHalf(source.scale(row, group))));
  }

  private static boolean isHalf(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value)) == value;
  }

  private boolean groupsAreWholeBlocks() {
    return IntStream.range(0, source.cols).allMatch(col -> source.groupOf[col] == source.groupOf[col / BLOCK * BLOCK]);
  }

  private TensorType type() {
    if (bounds.least >= -8 && bounds.largest < 8) {
      return TensorType.Q4_0;
    }
    return bounds.least >= -16 && bounds.largest < 16 ? TensorType.Q5_0 : TensorType.Q8_0;
  }

  private TensorView encode(TensorType type) {
    long rowBytes = type.bytes(source.cols);
    MemorySegment data = Derivations.allocate(rowBytes * source.rows);
    IntStream.range(0, source.rows)
        .parallel()
        .forEach(row -> encode(row, type, data.asSlice(row * rowBytes, rowBytes)));
    return new TensorView(source.name + ".weight", type, List.of((long) source.rows, (long) source.cols), data);
  }

  private void encode(int row, TensorType type, MemorySegment target) {
    int[] codes = new int[source.cols];
    source.codes(row, codes);
    for (int col = 0; col < codes.length; col += BLOCK) {
      int group = source.groupOf[col];
      int zero = source.zero(row, group);
      for (int i = col; i < col + BLOCK; i++) {
        codes[i] -= zero;
      }
      long at = (long) col / BLOCK * type.blockBytes();
      target.set(SHORT, at, Float.floatToFloat16(source.scale(row, group)));
      switch (type) {
        case Q4_0 -> nibbles(codes, col, 8, target, at + 2);
        case Q5_0 -> {
          fifthBits(codes, col, target, at + 2);
          nibbles(codes, col, 16, target, at + 6);
        }
        default -> bytes(codes, col, target, at + 2);
      }
    }
  }

  private static void nibbles(int[] codes, int from, int offset, MemorySegment target, long at) {
    for (int i = 0; i < 16; i++) {
      int low = codes[from + i] + offset & 15;
      int high = codes[from + 16 + i] + offset & 15;
      target.set(ValueLayout.JAVA_BYTE, at + i, (byte) (high << 4 | low));
    }
  }

  private static void fifthBits(int[] codes, int from, MemorySegment target, long at) {
    int bits = 0;
    for (int i = 0; i < BLOCK; i++) {
      bits |= (codes[from + i] + 16 >> 4) << i;
    }
    target.set(ValueLayout.JAVA_INT_UNALIGNED, at, bits);
  }

  private static void bytes(int[] codes, int from, MemorySegment target, long at) {
    for (int i = 0; i < BLOCK; i++) {
      target.set(ValueLayout.JAVA_BYTE, at + i, (byte) codes[from + i]);
    }
  }

  private TensorView decode() {
    float largest = bounds.largestScale * Math.max(-bounds.least, bounds.largest);
    TensorView shape =
        new TensorView(
            source.name + ".weight",
            TensorType.F32,
            List.of((long) source.rows, (long) source.cols),
            MemorySegment.NULL);
    return FloatRows.write(shape, FloatRows.narrowest(largest), this::decode);
  }

  private void decode(int row, float[] values) {
    int[] codes = new int[source.cols];
    source.codes(row, codes);
    for (int col = 0; col < codes.length; col++) {
      int group = source.groupOf[col];
      values[col] = (codes[col] - source.zero(row, group)) * source.scale(row, group);
    }
  }
}
