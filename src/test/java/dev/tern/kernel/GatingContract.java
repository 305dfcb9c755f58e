package dev.tern.kernel;

import dev.tern.kernel.scalar.ScalarGatingKernels;
import dev.tern.kernel.simd.SimdGatingKernels;
import dev.tern.tensor.Activations;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * Compares the vector kernels with the scalar oracle at odd sizes and extreme values. A main program, because the
 * vector shape is chosen once per process.
 */
final class GatingContract {
  private final Random random = new Random(3);
  private final GatingKernels oracle = new ScalarGatingKernels();
  private final GatingKernels kernels;

  GatingContract(WorkerPool pool) {
    kernels = new SimdGatingKernels(pool);
  }

  public static void main(String[] args) {
    try (WorkerPool pool = new WorkerPool(2)) {
      new GatingContract(pool).run();
    }
    System.out.println("contract holds");
  }

  void run() {
    for (int width : new int[] {1, 7, 33, 96}) {
      for (int rows : new int[] {1, 60}) {
        norms(rows, width);
        gates(rows, width);
        products(rows, width);
      }
    }
  }

  private void norms(int rows, int width) {
    Activations x = random(rows, 3 * width + 1, 1);
    check(x, (gating, in) -> gating.l2Norm(new Columns().set(in, 1), 3, width, 1e-6f, 0.25f));
    Activations y = random(rows, 2 * width, 1);
    float[] weight = random(1, 2 * width, 1).data().clone();
    float[] bias = random(1, 2 * width, 1).data().clone();
    check(y, (gating, in) -> gating.layerNormGroups(in, 2, weight, bias, 1e-5f));
    Activations z = random(rows, 2 * width + 3, 40);
    for (Activation activation : new Activation[] {Activation.SILU, Activation.SIGMOID}) {
      for (boolean gateFirst : new boolean[] {false, true}) {
        for (int groups : new int[] {0, 1, 2}) {
          float[] scale = random.nextBoolean() ? null : random(1, groups == 2 ? width : 2 * width, 1).data().clone();
          GatedNorm norm = new GatedNorm(groups, scale, 1e-5f, activation, gateFirst);
          check(y, (gating, in) -> gating.gatedNorm(norm, in, new Columns().set(z, 3)));
        }
      }
    }
  }

  private void gates(int rows, int width) {
    Activations x = random(rows, 3 * width + 2, 50);
    float[] bias = random(1, 3 * width, 1).data().clone();
    check(
        x, (gating, out) -> gating.timeStep(new Columns().set(copy(x), 2), bias, 0.001f, Float.POSITIVE_INFINITY, out));
    Activations y = random(rows, 3 * width, 1);
    for (int i = 0; i < rows * 3 * width; i++) {
      y.data()[i] = Math.abs(y.data()[i]);
    }
    check(y, (gating, in) -> gating.decay(in, new float[] {-0.5f, -3, -90}, in));
    check(y, (gating, in) -> gating.decay(in, bias, in));
  }

  private void products(int rows, int width) {
    Activations x = random(rows, width, 1);
    Activations y = random(rows, width + 2, 1);
    Activations z = random(rows, width, 1);
    float[] weight = random(1, width, 1).data().clone();
    Columns columns = new Columns().set(y, 1);
    check(x, (gating, in) -> gating.multiply(new Columns().set(in), columns, width, new Columns().set(in)));
    check(x, (gating, in) -> gating.scale(in, weight, in));
    check(x, (gating, in) -> gating.interpolate(in, z, weight, in));
    check(x, (gating, in) -> gating.interpolate(in, z, copy(z), in));
    check(x, (gating, in) -> gating.addScaled(columns, weight, in));
    check(x, (gating, in) -> gating.addScaled(columns, new float[] {0.5f}, in));
    check(x, (gating, in) -> gating.addBonus(z, copy(z), copy(in), weight, 1, in));
  }

  /** Runs an operation that works in place with both kernels and compares. */
  private void check(Activations x, BiConsumer<GatingKernels, Activations> operation) {
    Activations expected = copy(x);
    Activations actual = copy(x);
    operation.accept(oracle, expected);
    operation.accept(kernels, actual);
    for (int i = 0; i < expected.rows() * expected.width(); i++) {
      float tolerance = 2e-5f * Math.abs(expected.data()[i]) + 1e-5f;
      if (!(Math.abs(expected.data()[i] - actual.data()[i]) <= tolerance)) {
        throw new AssertionError(
            "[%d, %d] at %d: %s, expected %s"
                .formatted(expected.rows(), expected.width(), i, actual.data()[i], expected.data()[i]));
      }
    }
  }

  private static Activations copy(Activations x) {
    Activations result = Activations.of(x.rows(), x.width());
    System.arraycopy(x.data(), 0, result.data(), 0, x.rows() * x.width());
    return result;
  }

  private Activations random(int rows, int width, double scale) {
    Activations result = Activations.of(rows, width);
    for (int i = 0; i < rows * width; i++) {
      result.data()[i] = (float) (scale * random.nextGaussian());
    }
    return result;
  }
}
