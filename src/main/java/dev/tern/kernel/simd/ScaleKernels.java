package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.BYTES;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.HALF_MASK;
import static dev.tern.kernel.simd.Lanes.I;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.tern.quant.Layout;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Scales and minimums of a chunk as floats, per 16 columns whatever the layout has, so that kernels need not know how
 * they are stored. See {@link dev.tern.quant.Scales}.
 */
final class ScaleKernels {
  private static final float UP = 0x1p112f;

  private ScaleKernels() {}

  /**
   * Fills {@link PanelChunk#scales}.
   *
   * @param header where the super-block starts
   * @return whether there are minimums
   */
  static boolean expand(PanelChunk chunk, Layout layout, long header) {
    int codes = 128 * layout.codeBits();
    switch (layout.scales()) {
      case HALF -> half(chunk, chunk.at + codes, 0);
      case HALF_MIN -> {
        half(chunk, chunk.at + codes, 0);
        half(chunk, chunk.at + codes + 64, PanelChunk.MINS);
      }
      case K32_MIN -> wholeWithMin(chunk, header, chunk.at + codes, 0);
      case K16 -> whole(chunk, header, chunk.at + codes);
      case K16_MIN -> wholeWithMin(chunk, header, chunk.at + codes, 64);
      case NONE -> throw new IllegalArgumentException(layout.toString());
    }
    return switch (layout.scales()) {
      case HALF_MIN, K32_MIN, K16_MIN -> true;
      default -> false;
    };
  }

  private static void half(PanelChunk chunk, long at, long to) {
    MemorySegment weights = chunk.weights;
    MemorySegment scales = chunk.scales;
    for (int i = 0; i < chunk.blocks; i++) {
      for (int part = 0; part < 64; part += BYTES) {
        IntVector v = IntVector.fromMemorySegment(I, weights, at + part, LE);
        FloatVector low = v.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
        FloatVector high = v.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
        low.intoMemorySegment(scales, to + part, LE);
        low.intoMemorySegment(scales, to + part + 128, LE);
        high.intoMemorySegment(scales, to + part + 64, LE);
        high.intoMemorySegment(scales, to + part + 192, LE);
      }
      at += chunk.stride;
      to += 256;
    }
  }

  /** Scales per 16 columns without minimums. */
  private static void whole(PanelChunk chunk, long header, long at) {
    MemorySegment weights = chunk.weights;
    MemorySegment scales = chunk.scales;
    for (int part = 0; part < 64; part += BYTES) {
      IntVector unit = IntVector.fromMemorySegment(I, weights, header + part, LE);
      FloatVector low = unit.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      FloatVector high = unit.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      long p = at + part;
      long to = part;
      for (int i = 0; i < chunk.blocks; i++) {
        IntVector v = IntVector.fromMemorySegment(I, weights, p, LE);
        low.mul(v.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(scales, to, LE);
        high.mul(v.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0))
            .intoMemorySegment(scales, to + 64, LE);
        low.mul(v.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(scales, to + 128, LE);
        high.mul(v.lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(scales, to + 192, LE);
        p += chunk.stride;
        to += 256;
      }
    }
  }

  /**
   * Scales and minimums per 16 columns, or per 32.
   *
   * @param second bytes from the words of the first 16 columns to those of the second: 0 where they are the same
   */
  private static void wholeWithMin(PanelChunk chunk, long header, long at, int second) {
    MemorySegment weights = chunk.weights;
    MemorySegment scales = chunk.scales;
    for (int part = 0; part < 64; part += BYTES) {
      IntVector unit = IntVector.fromMemorySegment(I, weights, header + part, LE);
      IntVector minUnit = IntVector.fromMemorySegment(I, weights, header + 64 + part, LE);
      FloatVector low = unit.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      FloatVector high = unit.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(UP);
      FloatVector lowMin = minUnit.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(-UP);
      FloatVector highMin = minUnit.lanewise(ASHR, 3).and(HALF_MASK).reinterpretAsFloats().mul(-UP);
      long to = part;
      for (int i = 0; i < 2 * chunk.blocks; i++) {
        long p = at + part + (long) (i >> 1) * chunk.stride + (i & 1) * second;
        IntVector v = IntVector.fromMemorySegment(I, weights, p, LE);
        low.mul(v.lanewise(LSHL, 24).lanewise(ASHR, 24).convertShape(I2F, F, 0)).intoMemorySegment(scales, to, LE);
        high.mul(v.lanewise(LSHL, 16).lanewise(ASHR, 24).convertShape(I2F, F, 0))
            .intoMemorySegment(scales, to + 64, LE);
        lowMin
            .mul(v.lanewise(LSHL, 8).lanewise(ASHR, 24).convertShape(I2F, F, 0))
            .intoMemorySegment(scales, to + PanelChunk.MINS, LE);
        highMin
            .mul(v.lanewise(ASHR, 24).convertShape(I2F, F, 0))
            .intoMemorySegment(scales, to + PanelChunk.MINS + 64, LE);
        to += 128;
      }
    }
  }

  /**
   * Takes scales per 32 columns, and what offsets of codes come to, out of {@link PanelChunk#scales}.
   *
   * @param to where in {@code scratch} scales {@code [blocks][64 rows]} go
   * @param offsets where {@code −(8 · scale + minimum)} goes likewise, or -1
   */
  static void perBlock(PanelChunk chunk, float[] scratch, int to, int offsets) {
    MemorySegment scales = chunk.scales;
    for (int i = 0; i < chunk.blocks; i++) {
      for (int part = 0; part < 128; part += BYTES) {
        int row = i * Gemm.STEP_ROWS + part / 4;
        FloatVector scale = FloatVector.fromMemorySegment(F, scales, i * 256L + part, LE);
        scale.intoArray(scratch, to + row);
        if (offsets >= 0) {
          FloatVector min = FloatVector.fromMemorySegment(F, scales, PanelChunk.MINS + i * 256L + part, LE);
          scale.mul(-8).sub(min).intoArray(scratch, offsets + row);
        }
      }
    }
  }

  /**
   * Adds what minimums contribute to one row of sums.
   *
   * @param groups sums of the activations of 16 columns each
   */
  static void addMins(PanelChunk chunk, float[] groups, int from, int to) {
    MemorySegment scales = chunk.scales;
    float[] sums = chunk.sums;
    for (int part = 0; part < 16; part += L) {
      FloatVector low = FloatVector.fromArray(F, sums, to + part);
      FloatVector high = FloatVector.fromArray(F, sums, to + part + 16);
      long p = PanelChunk.MINS + 4L * part;
      for (int i = 0; i < 2 * chunk.blocks; i++, p += 128) {
        FloatVector x = FloatVector.broadcast(F, groups[from + i]);
        low = x.fma(FloatVector.fromMemorySegment(F, scales, p, LE), low);
        high = x.fma(FloatVector.fromMemorySegment(F, scales, p + 64, LE), high);
      }
      low.intoArray(sums, to + part);
      high.intoArray(sums, to + part + 16);
    }
  }
}
