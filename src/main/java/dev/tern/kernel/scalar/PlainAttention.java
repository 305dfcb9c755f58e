package dev.tern.kernel.scalar;

import static dev.tern.kernel.KeyValueLayout.PAGE;
import static dev.tern.kernel.KeyValueLayout.PANEL;

import dev.tern.kernel.KvType;
import dev.tern.kernel.PanelOperands;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The steps of attention over a page in plain loops with the rounding of the vector loops, for the first moments of a
 * program.
 */
public final class PlainAttention {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PlainAttention() {}

  /** Whether there is a plain loop for panels of the type. */
  public static boolean supports(KvType type) {
    return type != KvType.Q8;
  }

  /** Products of {@code rows} rows with a panel; half floats count as 2⁻¹¹² of their value, as for the vector loops. */
  public static void multiply(PanelOperands p, int rows) {
    int words = p.type == KvType.F32 ? PANEL : PANEL / 2;
    int[] panel = new int[p.steps * words];
    MemorySegment.copy(p.panel, INT, p.at, panel, 0, panel.length);
    float[] line = new float[PANEL];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(p.start, p.startAt + r * p.startStride, p.c, p.cAt + r * p.cStride, PANEL);
    }
    for (int step = 0; step < p.steps; step++) {
      decode(p.type, panel, step * words, line);
      for (int r = 0; r < rows; r++) {
        PlainRows.add(p.c, line, 0, p.a[p.aAt + r * p.aStride + step], p.cAt + r * p.cStride, PANEL);
      }
    }
  }

  /** A step of a panel; those of 16 bits have lanes 0–15 in the low and 16–31 in the high halves of ints. */
  private static void decode(KvType type, int[] panel, int at, float[] line) {
    switch (type) {
      case F32 -> {
        for (int i = 0; i < PANEL; i++) {
          line[i] = Float.intBitsToFloat(panel[at + i]);
        }
      }
      case F16 -> {
        for (int i = 0; i < 16; i++) {
          line[i] = Float.intBitsToFloat(panel[at + i] << 16 >> 3 & PlainMath.HALF_MASK);
          line[16 + i] = Float.intBitsToFloat(panel[at + i] >> 3 & PlainMath.HALF_MASK);
        }
      }
      default -> {
        for (int i = 0; i < 16; i++) {
          line[i] = Float.intBitsToFloat(panel[at + i] << 16);
          line[16 + i] = Float.intBitsToFloat(panel[at + i] & 0xffff0000);
        }
      }
    }
  }

  /** Multiplies raw scores by a factor per position and returns the greatest; NaN counts as none. */
  public static float scale(float[] scores, int at, float[] scales) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < PAGE; i++) {
      float score = scores[at + i] * scales[i];
      scores[at + i] = score;
      max = score > max ? score : max;
    }
    return max;
  }

  /**
   * Replaces scores s by {@code 2^(s - max) · weight} with a factor per position, and adds what they are without the
   * factors to {@code lanes} sums, in the order of four vectors in turn.
   */
  public static void weigh(float[] scores, int at, float max, float[] weights, float[] sums, int sumsAt, int lanes) {
    for (int i = at; i < at + PAGE; i++) {
      scores[i] = PlainMath.exp2(scores[i] - max);
    }
    for (int i = at; i < at + PAGE; i += 4 * lanes) {
      for (int lane = 0; lane < lanes; lane++) {
        float first = scores[i + lane] + scores[i + lane + lanes];
        float second = scores[i + lane + 2 * lanes] + scores[i + lane + 3 * lanes];
        sums[sumsAt + lane] = first + second + sums[sumsAt + lane];
      }
    }
    for (int i = 0; i < PAGE; i++) {
      scores[at + i] *= weights[i];
    }
  }

  /** {@code totals = totals · factor + sums · other} over {@code width} values. */
  public static void merge(float[] totals, int at, float factor, float[] sums, int from, float other, int width) {
    for (int i = 0; i < width; i++) {
      totals[at + i] = Math.fma(totals[at + i], factor, sums[from + i] * other);
    }
  }
}
