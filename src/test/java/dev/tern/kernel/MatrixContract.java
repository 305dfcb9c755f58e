package dev.tern.kernel;

import dev.tern.kernel.scalar.ScalarMatrix;
import dev.tern.kernel.simd.SimdMatrix;
import dev.tern.quant.Layout;
import dev.tern.quant.Packing;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.util.Arrays;
import java.util.Random;

/**
 * Compares the vector kernels with the scalar oracle: every layout, decode and prefill, both precisions, odd sizes. A
 * main program, because the vector shape is chosen once per process.
 */
final class MatrixContract {
  private static final int[] ROWS = {1, 31, 33, 96};
  private static final int[] COLS = {1, 33, 100, 515};
  private static final int[] BATCHES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17};

  private final WorkerPool pool;
  private final MatrixKernels oracle;

  MatrixContract(WorkerPool pool) {
    this.pool = pool;
    oracle = new ScalarMatrix(pool);
  }

  public static void main(String[] args) {
    try (WorkerPool pool = new WorkerPool(2)) {
      new MatrixContract(pool).run();
    }
    System.out.println("contract holds");
  }

  void run() {
    for (Layout layout : Layout.values()) {
      for (ActivationPrecision precision : ActivationPrecision.values()) {
        shapes(layout, new SimdMatrix(pool, precision), precision);
      }
    }
  }

  private void shapes(Layout layout, MatrixKernels kernels, ActivationPrecision precision) {
    Random random = new Random(layout.ordinal());
    for (int rows : ROWS) {
      for (int cols : COLS) {
        try (NativeMemory memory = new NativeMemory()) {
          Weights weights = weights(random, layout, rows, cols, memory);
          int batch = BATCHES[random.nextInt(BATCHES.length)];
          compare(weights, gaussian(random, batch, cols), kernels, precision);
          row(weights, kernels);
        }
      }
    }
  }

  private void row(Weights weights, MatrixKernels kernels) {
    float[] expected = new float[weights.cols()];
    float[] found = new float[weights.cols() + 3];
    oracle.row(weights, weights.rows() - 1, expected, 0);
    kernels.row(weights, weights.rows() - 1, found, 3);
    check(Arrays.equals(expected, 0, expected.length, found, 3, found.length), weights + ": row");
  }

  private void compare(Weights weights, Activations in, MatrixKernels kernels, ActivationPrecision precision) {
    Activations expected = Activations.of(in.rows(), weights.rows());
    oracle.multiply(new Products().start(true).add(weights, in, expected));
    for (boolean decode : new boolean[] {true, false}) {
      Activations found = Activations.of(in.rows(), weights.rows());
      Arrays.fill(found.data(), Float.NaN);
      kernels.multiply(new Products().start(decode).add(weights, in, found));
      double tolerance = precision == ActivationPrecision.F32 ? 2e-6 : 2e-2;
      String what =
          "%s [%d, %d] × %d, decode %s, %s"
              .formatted(weights.layout(), weights.rows(), weights.cols(), in.rows(), decode, precision);
      close(weights, in, expected, found, tolerance, what);
      rowsAlone(weights, in, found, kernels, decode, what);
    }
  }

  /** Errors relative to the length of row times the length of the activations: what rounding can cost. */
  private void close(
      Weights weights, Activations in, Activations expected, Activations found, double tolerance, String what) {
    float[] row = new float[weights.cols()];
    for (int r = 0; r < weights.rows(); r++) {
      oracle.row(weights, r, row, 0);
      for (int t = 0; t < in.rows(); t++) {
        double bound = tolerance * norm(row, 0, row.length) * norm(in.data(), in.offset(t), in.width());
        double error = Math.abs(expected.data()[expected.offset(t) + r] - (double) found.data()[found.offset(t) + r]);
        check(error <= bound, what + ": error " + error + " above " + bound);
      }
    }
  }

  /** Every row multiplied by itself gives the same bits. */
  private static void rowsAlone(
      Weights weights, Activations in, Activations all, MatrixKernels kernels, boolean decode, String what) {
    Activations out = Activations.of(all.rows() + 1, weights.rows());
    Products products = new Products().start(decode);
    for (int t = 0; t < in.rows(); t++) {
      products.add(weights, in, t, 1, out, t + 1);
    }
    kernels.multiply(products);
    int size = all.rows() * weights.rows();
    check(Arrays.equals(all.data(), 0, size, out.data(), weights.rows(), weights.rows() + size), what + ": rows alone");
  }

  private static double norm(float[] values, int at, int count) {
    double sum = 0;
    for (int i = at; i < at + count; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }

  static Weights weights(Random random, Layout layout, int rows, int cols, NativeMemory memory) {
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.02f;
    }
    return Packing.pack("random", values, rows, cols, layout, memory);
  }

  private static Activations gaussian(Random random, int rows, int cols) {
    Activations in = Activations.of(rows, cols);
    for (int i = 0; i < rows * cols; i++) {
      in.data()[i] = (float) random.nextGaussian();
    }
    return in;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
