package dev.tern.adapter;

import dev.tern.layer.Linear;
import dev.tern.quant.Unpacking;
import dev.tern.quant.Weights;
import java.util.stream.IntStream;

/** The lengths of the rows of a changed matrix, which DoRA divides its magnitudes by. */
final class DoraNorms {
  private DoraNorms() {}

  /** {@code magnitude / ‖W + scale · up·down‖} for each row. */
  static float[] factors(Linear linear, Weights down, Weights up, float scale, float[] magnitude) {
    float[][] low = new float[down.rows()][down.cols()];
    for (int r = 0; r < low.length; r++) {
      Unpacking.row(down, r, low[r], 0);
    }
    float[] factors = new float[linear.outputs()];
    IntStream.range(0, factors.length)
        .parallel()
        .forEach(row -> factors[row] = (float) (magnitude[row] / length(linear.weights(), up, low, scale, row)));
    return factors;
  }

  private static double length(Weights weights, Weights up, float[][] low, float scale, int row) {
    float[] values = new float[weights.cols()];
    float[] left = new float[up.cols()];
    Unpacking.row(weights, row, values, 0);
    Unpacking.row(up, row, left, 0);
    addLowRank(values, left, low, scale);
    return length(values);
  }

  /** Adds {@code scale · left·low} to a row. */
  static void addLowRank(float[] values, float[] left, float[][] low, float scale) {
    for (int r = 0; r < low.length; r++) {
      float factor = scale * left[r];
      float[] direction = low[r];
      for (int col = 0; col < values.length; col++) {
        values[col] += factor * direction[col];
      }
    }
  }

  static double length(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
