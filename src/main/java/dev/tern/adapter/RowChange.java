package dev.tern.adapter;

import dev.tern.quant.Codecs;
import dev.tern.quant.RowSource;

/** A change of a matrix, applied to one row at a time. */
@FunctionalInterface
interface RowChange {
  /**
   * Adds what it changes to a row.
   *
   * @param original the base's values
   * @param result has the difference added
   */
  void add(int row, float[] original, float[] result);

  /** What a change does where it has a weight. */
  static RowChange of(TensorChange change, float weight) {
    return switch (change) {
      case TensorChange.LowRank lowRank -> lowRank(lowRank, weight);
      case TensorChange.EmbeddingLowRank embedding -> embedding(embedding, weight);
      case TensorChange.OutputScale scale ->
          (row, original, result) -> addScaled(result, original, weight * (scale.factors()[row] - 1));
      case TensorChange.InputScale scale ->
          (row, original, result) -> {
            for (int i = 0; i < result.length; i++) {
              result[i] += weight * (scale.factors()[i] - 1) * original[i];
            }
          };
      case TensorChange.Replacement replacement ->
          (row, original, result) -> {
            addScaled(result, row(replacement.matrix(), row), weight);
            addScaled(result, original, -weight);
          };
    };
  }

  private static RowChange lowRank(TensorChange.LowRank change, float weight) {
    float[][] down = rows(change.down());
    if (change.magnitude() == null) {
      return (row, original, result) ->
          DoraNorms.addLowRank(result, row(change.up(), row), down, weight * change.scale());
    }
    return (row, original, result) -> {
      float[] direction = original.clone();
      DoraNorms.addLowRank(direction, row(change.up(), row), down, change.scale());
      float factor = (float) (change.magnitude()[row] / DoraNorms.length(direction));
      addScaled(result, direction, weight * factor);
      addScaled(result, original, -weight);
    };
  }

  private static RowChange embedding(TensorChange.EmbeddingLowRank change, float weight) {
    float[][] up = rows(change.up());
    float[][] down = new float[change.up().cols()][up.length];
    for (int i = 0; i < up.length; i++) {
      for (int r = 0; r < down.length; r++) {
        down[r][i] = up[i][r];
      }
    }
    return (row, original, result) ->
        DoraNorms.addLowRank(result, row(change.tokens(), row), down, weight * change.scale());
  }

  private static float[][] rows(RowSource source) {
    float[][] rows = new float[source.rows()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(source, i);
    }
    return rows;
  }

  private static float[] row(RowSource source, int row) {
    float[] values = new float[source.cols()];
    Codecs.of(source.type()).decode(source.data(), source.offset(row), values, 0, values.length);
    return values;
  }

  private static void addScaled(float[] x, float[] y, float factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] += factor * y[i];
    }
  }
}
