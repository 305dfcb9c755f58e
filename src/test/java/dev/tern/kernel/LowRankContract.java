package dev.tern.kernel;

import dev.tern.kernel.scalar.ScalarMatrix;
import dev.tern.kernel.simd.SimdMatrix;
import dev.tern.quant.Layout;
import dev.tern.quant.LowRank;
import dev.tern.quant.Packing;
import dev.tern.quant.RowSource;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Low-rank terms of products, in all layouts of floats, at odd ranks and sizes: the scalar and the vector kernels
 * against sums in double, and the same bits for any number of workers and any rows beside.
 */
final class LowRankContract {
  private static final int[] RANKS = {1, 8, 16, 17, 40};
  private static final int[][] SHAPES = {{33, 64}, {2, 1}, {2100, 31}, {515, 96}};
  private static final int ROWS = 35;

  private final Random random = new Random(5);

  void run() {
    try (WorkerPool one = new WorkerPool(1);
        WorkerPool three = new WorkerPool(3)) {
      for (Layout layout : List.of(Layout.F32, Layout.F16, Layout.BF16)) {
        for (int rank : RANKS) {
          for (int[] shape : SHAPES) {
            try (NativeMemory memory = new NativeMemory()) {
              Case test = new Case(rank, shape[0], shape[1], layout, memory);
              check(test, one, three);
            }
          }
        }
      }
    }
  }

  private void check(Case test, WorkerPool one, WorkerPool three) {
    for (boolean decode : new boolean[] {true, false}) {
      test.check(test.multiply(new ScalarMatrix(three), decode, 0, ROWS));
      Activations found = test.multiply(new SimdMatrix(three, ActivationPrecision.F32), decode, 0, ROWS);
      test.check(found);
      test.same(found, test.multiply(new SimdMatrix(one, ActivationPrecision.F32), decode, 0, ROWS), 0, ROWS);
      if (decode) {
        test.same(found, test.multiply(new SimdMatrix(three, ActivationPrecision.F32), true, 7, 8), 7, 8);
      }
    }
  }

  /** One product with a term on all of its rows and another on some. */
  private final class Case {
    private final String name;
    private final float[] wide;
    private final float[] tall;
    private final int rank;
    private final int outputs;
    private final Weights weights;
    private final LowRank lowRank;
    private final Activations in;

    Case(int rank, int inputs, int outputs, Layout layout, NativeMemory memory) {
      name = "rank %d of [%d, %d] in %s".formatted(rank, outputs, inputs, layout);
      this.rank = rank;
      this.outputs = outputs;
      wide = values(rank * inputs);
      tall = values(outputs * rank);
      weights = Packing.pack("zero", new float[outputs * inputs], outputs, inputs, Layout.F32, memory);
      RowSource halves = LowRank.halves(RowSource.of("wide", wide, rank, inputs));
      Weights up = Packing.pack("tall", tall, outputs, rank, layout, memory);
      lowRank = new LowRank(inputs, Packing.pack(halves, layout, memory), up);
      in = Activations.of(ROWS + 2, inputs);
      System.arraycopy(values(in.rows() * inputs), 0, in.data(), 0, in.rows() * inputs);
    }

    /** Of few bits, so that every layout holds them. */
    private float[] values(int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (random.nextInt(127) - 63) / 64f;
      }
      return values;
    }

    Activations multiply(MatrixKernels kernels, boolean decode, int from, int to) {
      Activations out = Activations.of(ROWS + 3, outputs);
      Products products = new Products().start(decode);
      products.add(weights, in, from + 2, to - from, out, from + 3);
      products.addTerm(0, lowRank, 0.5f, in, from + 2, to - from);
      int second = Math.max(from, 5);
      products.addTerm(0, lowRank, -2, in, second + 2, Math.min(to, 20) - second);
      kernels.multiply(products);
      return out;
    }

    void check(Activations found) {
      for (int t = 0; t < ROWS; t++) {
        double factor = t >= 5 && t < 20 ? -1.5 : 0.5;
        double[] low = new double[rank];
        for (int k = 0; k < rank; k++) {
          for (int c = 0; c < in.width(); c++) {
            low[k] += (double) wide[k * in.width() + c] * in.data()[in.offset(t + 2) + c];
          }
        }
        for (int r = 0; r < outputs; r++) {
          double expected = 0;
          for (int k = 0; k < rank; k++) {
            expected += factor * tall[r * rank + k] * low[k];
          }
          double error = Math.abs(expected - found.data()[found.offset(t + 3) + r]);
          require(error <= 1e-5 * in.width() * Math.sqrt(rank), "row %d of %d: error %g".formatted(r, t, error));
        }
      }
    }

    void same(Activations a, Activations b, int from, int to) {
      int first = a.offset(from + 3);
      int last = a.offset(to + 3);
      require(Arrays.equals(a.data(), first, last, b.data(), first, last), "other bits");
    }

    private void require(boolean holds, String what) {
      if (!holds) {
        throw new AssertionError(name + ": " + what);
      }
    }
  }
}
