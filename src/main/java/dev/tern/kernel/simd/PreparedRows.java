package dev.tern.kernel.simd;

import dev.tern.tensor.Activations;
import java.util.Arrays;

/**
 * Rows of activations in the forms that kernels want, each made at most once per operation however many products share
 * it. Buffers grow and are reused.
 */
final class PreparedRows {
  private Activations[] inputs = new Activations[0];
  private int[] rows = new int[0];
  private int count;

  /** Where in {@link #padded} a row starts, or -1. */
  private int[] paddedAt = new int[0];

  /** Where in {@link #groups} the sums of a row start, or -1. */
  private int[] groupsAt = new int[0];

  private boolean[] isQuantized = new boolean[0];
  private Quantized[] quantized = new Quantized[0];
  private int paddedEnd;
  private int groupsEnd;
  private float[] padded = new float[0];
  private float[] groups = new float[0];

  /** Forgets the rows of the last operation. */
  void start() {
    Arrays.fill(inputs, 0, count, null);
    count = 0;
    paddedEnd = 0;
    groupsEnd = 0;
  }

  /** The index of a row. */
  int of(Activations in, int row) {
    for (int i = count - 1; i >= 0; i--) {
      if (inputs[i] == in && rows[i] == row) {
        return i;
      }
    }
    if (count == inputs.length) {
      grow(Math.max(8, 2 * count));
    }
    inputs[count] = in;
    rows[count] = row;
    paddedAt[count] = -1;
    groupsAt[count] = -1;
    isQuantized[count] = false;
    return count++;
  }

  private void grow(int size) {
    inputs = Arrays.copyOf(inputs, size);
    rows = Arrays.copyOf(rows, size);
    paddedAt = Arrays.copyOf(paddedAt, size);
    groupsAt = Arrays.copyOf(groupsAt, size);
    isQuantized = Arrays.copyOf(isQuantized, size);
    quantized = Arrays.copyOf(quantized, size);
  }

  /** The row with 8-bit values. */
  Quantized quantized(int index) {
    if (quantized[index] == null) {
      quantized[index] = new Quantized();
    }
    if (!isQuantized[index]) {
      Activations in = inputs[index];
      quantized[index].set(in.data(), in.offset(rows[index]), in.width());
      isQuantized[index] = true;
    }
    return quantized[index];
  }

  /** Where in {@link #padded()} the row starts, followed by zeros up to a multiple of 32. */
  int padded(int index) {
    if (paddedAt[index] < 0) {
      Activations in = inputs[index];
      int size = Math.ceilDiv(in.width(), 32) * 32;
      padded = room(padded, paddedEnd + size);
      System.arraycopy(in.data(), in.offset(rows[index]), padded, paddedEnd, in.width());
      Arrays.fill(padded, paddedEnd + in.width(), paddedEnd + size, 0);
      paddedAt[index] = paddedEnd;
      paddedEnd += size;
    }
    return paddedAt[index];
  }

  float[] padded() {
    return padded;
  }

  /** Where in {@link #groups()} the sums of each 16 columns of the row start. */
  int groups(int index) {
    if (groupsAt[index] < 0) {
      Activations in = inputs[index];
      int at = in.offset(rows[index]);
      int size = Math.ceilDiv(in.width(), 32) * 2;
      groups = room(groups, groupsEnd + size);
      for (int group = 0; group < size; group++) {
        float sum = 0;
        for (int i = 16 * group; i < Math.min(16 * group + 16, in.width()); i++) {
          sum += in.data()[at + i];
        }
        groups[groupsEnd + group] = sum;
      }
      groupsAt[index] = groupsEnd;
      groupsEnd += size;
    }
    return groupsAt[index];
  }

  float[] groups() {
    return groups;
  }

  private static float[] room(float[] values, int size) {
    return values.length >= size ? values : Arrays.copyOf(values, 2 * size);
  }
}
