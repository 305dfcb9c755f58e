package dev.tern.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.kernel.scalar.PlainMath;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class Exp2Test {
  private static final float[] SPECIAL = {
    0,
    -0f,
    1,
    -1,
    127.99999f,
    128,
    -125.5f,
    -126,
    -126.00001f,
    1e30f,
    -1e30f,
    Float.MIN_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    Float.MAX_VALUE
  };

  @Test
  void errorIsWithinTheStatedBound() {
    double worst = 0;
    for (float x = -125.9f; x < 127.9f; x += 0.00037f) {
      worst = Math.max(worst, Math.abs(PlainMath.exp2(x) / Math.pow(2, x) - 1));
    }
    assertTrue(worst < 1e-7, "relative error " + worst);
  }

  @Test
  void specialValues() {
    assertEquals(1f, PlainMath.exp2(0));
    assertEquals(0x1p-126f, PlainMath.exp2(-126));
    assertEquals(0f, PlainMath.exp2(-126.00001f));
    assertEquals(0f, PlainMath.exp2(Float.NEGATIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, PlainMath.exp2(128));
    assertTrue(Float.isNaN(PlainMath.exp2(Float.NaN)));
  }

  @Test
  void vectorsEqualScalars() {
    float[] x = new float[16];
    float[] y = new float[16];
    for (int i = 0; i < 4000; i++) {
      for (int j = 0; j < 16; j++) {
        int n = i * 16 + j;
        x[j] = n < SPECIAL.length ? SPECIAL[n] : (n - 32000) * 0.0051f;
      }
      for (int j = 0; j < 16; j += Lanes.L) {
        Exp2.of(FloatVector.fromArray(Lanes.F, x, j)).intoArray(y, j);
      }
      for (int j = 0; j < 16; j++) {
        assertEquals(PlainMath.exp2(x[j]), y[j]);
      }
    }
  }
}
