package dev.tern.kernel;

import dev.tern.kernel.scalar.ScalarMatrix;
import dev.tern.kernel.simd.SimdMatrix;
import dev.tern.quant.Codebook;
import dev.tern.quant.Form;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the vector kernels with the scalar oracle: every layout, decode and prefill, both precisions, odd sizes,
 * extreme values. A main program, because the vector shape is chosen once per process.
 */
final class MatrixContract {
  private static final int[] ROWS = {1, 31, 33, 96};
  private static final int[] COLS = {1, 33, 100, 515};
  private static final int MAX_BATCH = 17;
  private static final float[] MAGNITUDES = {1, 0, 1e6f, 1e-12f, 1e-3f};

  private final WorkerPool pool = new WorkerPool(2);
  private final MatrixKernels oracle = new ScalarMatrix(pool);
  private final Random random = new Random(1);
  private final RandomWeights randomWeights = new RandomWeights(2);
  private int batch;

  public static void main(String[] args) {
    new MatrixContract().run();
    new LowRankContract().run();
    System.out.println("contract holds");
  }

  void run() {
    Set<List<Object>> seen = new HashSet<>();
    for (Form form : Form.all().values()) {
      if (seen.add(List.of(form.layout(), form.codebook()))) {
        for (ActivationPrecision precision : ActivationPrecision.values()) {
          SimdMatrix kernels = new SimdMatrix(pool, precision);
          shapes(form.layout(), form.codebook(), kernels, precision);
          values(form.layout(), form.codebook(), kernels, precision);
        }
      }
    }
    check(seen.stream().map(List::getFirst).collect(Collectors.toSet()).size() == Layout.values().length, "layouts");
    pool.close();
  }

  private void shapes(Layout layout, Codebook codebook, SimdMatrix kernels, ActivationPrecision precision) {
    for (int rows : ROWS) {
      for (int cols : COLS) {
        try (NativeMemory memory = new NativeMemory()) {
          Weights weights = randomWeights.make(layout, codebook, RandomWeights.Kind.NORMAL, rows, cols, memory);
          batch = batch % MAX_BATCH + 1;
          compare(weights, gaussian(batch, cols, 1), kernels, precision);
          row(weights, kernels);
        }
      }
    }
  }

  private void values(Layout layout, Codebook codebook, SimdMatrix kernels, ActivationPrecision precision) {
    for (RandomWeights.Kind kind : RandomWeights.Kind.values()) {
      try (NativeMemory memory = new NativeMemory()) {
        Weights weights = randomWeights.make(layout, codebook, kind, 33, 288, memory);
        compare(weights, gaussian(1, 288, MAGNITUDES[batch++ % MAGNITUDES.length]), kernels, precision);
        compare(weights, extremes(288), kernels, precision);
        if (precision == ActivationPrecision.INT8) {
          compare(weights, level(288), kernels, precision);
        }
      }
    }
  }

  private void row(Weights weights, SimdMatrix kernels) {
    float[] expected = new float[weights.cols()];
    float[] found = new float[weights.cols() + 3];
    oracle.row(weights, weights.rows() - 1, expected, 0);
    kernels.row(weights, weights.rows() - 1, found, 3);
    check(Arrays.equals(expected, 0, expected.length, found, 3, found.length), weights + ": row");
  }

  private void compare(Weights weights, Activations in, SimdMatrix kernels, ActivationPrecision precision) {
    Activations expected = Activations.of(in.rows(), weights.rows());
    oracle.multiply(new Products().start(true).add(weights, in, expected));
    for (boolean decode : new boolean[] {true, false}) {
      Activations found = Activations.of(in.rows(), weights.rows());
      Arrays.fill(found.data(), Float.NaN);
      kernels.multiplyHot(new Products().start(decode).add(weights, in, found));
      String what =
          "%s %s [%d, %d] × %d, decode %s, %s"
              .formatted(
                  weights.layout(), weights.codebook(), weights.rows(), weights.cols(), in.rows(), decode, precision);
      close(weights, in, expected, found, precision, what);
      rowsAlone(weights, in, found, kernels, decode, what);
    }
  }

  private void close(
      Weights weights,
      Activations in,
      Activations expected,
      Activations found,
      ActivationPrecision precision,
      String what) {
    float[] row = new float[weights.cols()];
    double largest = largest(weights);
    for (int r = 0; r < weights.rows(); r++) {
      oracle.row(weights, r, row, 0);
      for (int t = 0; t < in.rows(); t++) {
        double bound = bound(row, largest, in.data(), in.offset(t), precision);
        double error = Math.abs(expected.data()[expected.offset(t) + r] - (double) found.data()[found.offset(t) + r]);
        check(error <= bound, "%s: row %d of %d: error %g above %g".formatted(what, r, t, error, bound));
      }
    }
  }

  /** The largest weight; a weight may be a small difference of a code and a minimum of that size. */
  private double largest(Weights weights) {
    float[] row = new float[weights.cols()];
    double largest = weights.rows() * weights.cols() < 32 ? 1 : 0; // too few to show the size of what cancels
    for (int r = 0; r < weights.rows(); r++) {
      oracle.row(weights, r, row, 0);
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest;
  }

  /** What rounding may cost: of float sums, and of activations to 8 bits with a scale per 32 columns. */
  private static double bound(float[] row, double largest, float[] x, int at, ActivationPrecision precision) {
    double bound = 1e-35;
    for (int from = 0; from < row.length; from += 32) {
      double weights = 0;
      double inputs = 0;
      double extreme = 0;
      for (int i = from; i < Math.min(from + 32, row.length); i++) {
        weights += Math.abs(row[i]);
        inputs += Math.abs(x[at + i]);
        extreme = Math.max(extreme, Math.abs(x[at + i]));
      }
      bound += 4e-6 * largest * inputs;
      bound += precision == ActivationPrecision.INT8 ? weights * extreme / 253 : 0;
    }
    return bound;
  }

  /** Every row multiplied by itself, from another place to another place, gives the same bits. */
  private static void rowsAlone(
      Weights weights, Activations in, Activations all, SimdMatrix kernels, boolean decode, String what) {
    Activations out = Activations.of(all.rows() + 1, weights.rows());
    Products products = new Products().start(decode);
    for (int t = 0; t < in.rows(); t++) {
      products.add(weights, in, t, 1, out, t + 1);
    }
    kernels.multiplyHot(products);
    int size = all.rows() * weights.rows();
    check(Arrays.equals(all.data(), 0, size, out.data(), weights.rows(), weights.rows() + size), what + ": rows alone");
  }

  private Activations gaussian(int rows, int cols, float magnitude) {
    Activations in = Activations.of(rows, cols);
    for (int i = 0; i < rows * cols; i++) {
      in.data()[i] = (float) random.nextGaussian() * magnitude;
    }
    return in;
  }

  /** Rows of every magnitude side by side: one must not touch another. */
  private Activations extremes(int cols) {
    Activations in = gaussian(MAGNITUDES.length, cols, 1);
    for (int i = 0; i < MAGNITUDES.length * cols; i++) {
      in.data()[i] *= MAGNITUDES[i / cols];
    }
    return in;
  }

  /** A row of which all values are the largest: so are the sums of whole numbers. */
  private static Activations level(int cols) {
    Activations in = Activations.of(1, cols);
    Arrays.fill(in.data(), 0, cols, 3);
    return in;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
