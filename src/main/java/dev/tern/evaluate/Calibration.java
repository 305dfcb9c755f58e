package dev.tern.evaluate;

import dev.tern.convert.Importance;
import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.layer.Linear;
import dev.tern.layer.LinearObserver;
import dev.tern.layer.StateOptions;
import dev.tern.tensor.Activations;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs a model over a text and sums up what its linears are given: the mean square of each input, which is how much an
 * error in that column of the matrix matters (the diagonal of the Hessian of the output's squared error). Experts are
 * counted one by one, by the tokens that visit them.
 */
public final class Calibration implements LinearObserver {
  private final Map<String, Sums> sums = new HashMap<>();

  /** Sums of squares over the rows that a linear has seen. */
  private static final class Sums {
    private final double[] squares;
    private long rows;

    Sums(int cols) {
      squares = new double[cols];
    }

    void add(Activations in, int row, int count) {
      float[] data = in.data();
      for (int r = row; r < row + count; r++) {
        int at = in.offset(r);
        for (int i = 0; i < squares.length; i++) {
          squares[i] += (double) data[at + i] * data[at + i];
        }
      }
      rows += count;
    }

    float[] means() {
      float[] means = new float[squares.length];
      for (int i = 0; i < means.length; i++) {
        means[i] = (float) (squares[i] / rows);
      }
      return means;
    }
  }

  private Calibration() {}

  /** The importance of the columns of all matrices that a text reaches. */
  public static Importance of(Engine engine, StateOptions options, int[] ids, Windows windows) {
    Calibration calibration = new Calibration();
    engine.observe(calibration);
    try {
      for (Windows.Window window : windows.over(ids.length)) {
        try (Sequence sequence = engine.sequence(options)) {
          int[] tokens = Arrays.copyOfRange(ids, window.from(), window.to());
          engine.prefill(sequence, tokens, true, (position, logits, at) -> {}, Engine.Go.ALWAYS);
        }
      }
    } finally {
      engine.observe(null);
    }
    return calibration.result();
  }

  @Override
  public void observe(Linear linear, Activations in, int row, int count) {
    sums.computeIfAbsent(linear.name(), _ -> new Sums(linear.inputs())).add(in, row, count);
  }

  private Importance result() {
    Map<String, float[]> columns = new HashMap<>();
    sums.forEach((name, seen) -> columns.put(name, seen.means()));
    return new Importance(columns, false);
  }
}
