package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import java.util.Arrays;

/**
 * One block on its way to being encoded. The values are divided by a power of two that brings the largest into [1, 2),
 * so that sums of their squares neither overflow nor vanish, and the weights by the largest of them.
 */
final class Block {
  /** Below this values count as zero, give or take: no format but MXFP4 has scales as small. */
  private static final int LEAST_EXPONENT = -100;

  /** What does not matter at all still stays near where it was if that costs next to nothing. */
  private static final float LEAST_WEIGHT = 1e-4f;

  private final TensorType type;

  /** The values, divided by {@link #unit}. */
  final float[] x;

  /** The weights of their squared errors, in (0, 1]. */
  final float[] w;

  /** What the encoder chose. */
  final byte[] codes;

  private float unit = 1;

  Block(TensorType type) {
    this.type = type;
    this.x = new float[type.blockSize()];
    this.w = new float[type.blockSize()];
    this.codes = new byte[type.blockSize()];
    Arrays.fill(w, 1);
  }

  /** Takes the next values and, if {@code importance} is not null, their weights from the same places. */
  void load(float[] values, int at, float[] importance) {
    float largest = 0;
    for (int i = 0; i < x.length; i++) {
      largest = Math.max(largest, Math.abs(values[at + i]));
    }
    if (!Float.isFinite(largest)) {
      throw notFinite(values, at);
    }
    int exponent = Math.max(Math.getExponent(largest), LEAST_EXPONENT);
    unit = Math.scalb(1f, exponent);
    float inverse = Math.scalb(1f, -exponent);
    for (int i = 0; i < x.length; i++) {
      x[i] = values[at + i] * inverse;
    }
    if (importance != null) {
      loadWeights(importance, at);
    }
  }

  private void loadWeights(float[] importance, int at) {
    float largest = 0;
    float smallest = 0;
    for (int i = 0; i < w.length; i++) {
      largest = Math.max(largest, importance[at + i]);
      smallest = Math.min(smallest, importance[at + i]);
    }
    if (!Float.isFinite(largest) || !(smallest >= 0)) {
      throw new TernException(
          "Importance must be finite and not negative; found %s to %s among values %d to %d"
              .formatted(smallest, largest, at, at + w.length - 1));
    }
    for (int i = 0; i < w.length; i++) {
      w[i] = largest == 0 ? 1 : Math.max(importance[at + i] / largest, LEAST_WEIGHT);
    }
  }

  /** The value that x = 1 stands for. */
  float unit() {
    return unit;
  }

  /** Writes a scale of x as f16. */
  void putScale(float scale, byte[] bytes, int at) {
    Bytes.putF16(bytes, at, scale * unit);
  }

  /** The nearest scale of x that is an f16 when written. */
  float roundScale(float scale) {
    return Bytes.roundF16(scale * unit) / unit;
  }

  private TernException notFinite(float[] values, int at) {
    int i = at;
    while (Float.isFinite(values[i])) {
      i++;
    }
    return new TernException("Value %d is %s: %s holds finite values only".formatted(i, values[i], type));
  }
}
