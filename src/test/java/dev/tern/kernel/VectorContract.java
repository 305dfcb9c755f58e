package dev.tern.kernel;

import dev.tern.kernel.scalar.ScalarVector;
import dev.tern.kernel.simd.FirstMoments;
import dev.tern.kernel.simd.SimdVector;
import dev.tern.tensor.Activations;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * Compares the vector kernels with the scalar oracle at odd sizes and extreme values. A main program, because the
 * vector shape is chosen once per process.
 */
final class VectorContract {
  private static final int[] WIDTHS = {1, 2, 7, 15, 16, 17, 31, 33, 64, 100, 257};
  private static final float[] EXTREMES = {
    0, -0f, 1e-45f, -1e-45f, 1e-38f, -3e-39f, 1e-20f, 5, -5, 88, -88, -87.5f, 89, 700, -700, 3e10f, -3e10f
  };

  private final WorkerPool pool;
  private final VectorKernels kernels;
  private final VectorKernels oracle = new ScalarVector();
  private final Random random = new Random(7);

  VectorContract(WorkerPool pool) {
    this.pool = pool;
    kernels = new SimdVector(pool);
  }

  public static void main(String[] args) {
    try (WorkerPool pool = new WorkerPool(2)) {
      new VectorContract(pool).run();
    }
    System.out.println("contract holds");
  }

  void run() {
    for (int width : WIDTHS) {
      for (int rows : new int[] {1, 3}) {
        norms(rows, width);
        arithmetic(rows, width);
        activations(rows, width);
        rotary(rows, width);
      }
      softmax(width);
    }
    extremes();
    ranges();
    manyRowsAreAsOne();
  }

  private void norms(int rows, int width) {
    float[] weight = gaussian(1, width).data();
    float[] bias = gaussian(1, width).data();
    for (float[] w : new float[][] {null, weight}) {
      same("rmsNorm", gaussian(rows, width), (k, x) -> k.rmsNorm(x, w, 1e-6f, x));
      same("layerNorm", gaussian(rows, width), (k, x) -> k.layerNorm(x, w, bias, 1e-5f, x));
      same("layerNorm", gaussian(rows, width), (k, x) -> k.layerNorm(x, w, null, 1e-5f, x));
    }
    float[] ofAll = gaussian(1, 3 * width).data();
    for (float[] w : new float[][] {null, weight, ofAll}) {
      same("rmsNormGroups", gaussian(rows, 3 * width), (k, x) -> k.rmsNormGroups(x, 3, w, 1e-6f, x));
    }
    Activations in = gaussian(rows, width);
    float[] before = in.data().clone();
    same("rmsNorm elsewhere", gaussian(rows, width), (k, x) -> k.rmsNorm(in, weight, 1e-6f, x));
    same("layerNorm elsewhere", gaussian(rows, width), (k, x) -> k.layerNorm(in, weight, bias, 1e-6f, x));
    require(Arrays.equals(before, in.data()), "a norm changed its input");
  }

  private void arithmetic(int rows, int width) {
    Activations y = gaussian(rows, width);
    same("add", gaussian(rows, width), (k, x) -> k.add(x, y, 1));
    same("add scaled", gaussian(rows, width), (k, x) -> k.add(x, y, -0.3f));
    same("addBias", gaussian(rows, width), (k, x) -> k.addBias(x, Arrays.copyOf(y.data(), width)));
    same("scale", gaussian(rows, width), (k, x) -> k.scale(x, 1.7f));
    same("softCap", gaussian(rows, width), (k, x) -> k.softCap(x, 2.5f));
  }

  private void activations(int rows, int width) {
    Activations up = gaussian(rows, width);
    for (Activation activation : Activation.values()) {
      same(activation + "", gaussian(rows, width), (k, x) -> k.activate(activation, x));
      same(activation + " gate", gaussian(rows, width), (k, x) -> k.gate(activation, x, up, x));
      Activations gate = gaussian(rows, width);
      same(activation + " gate into up", gaussian(rows, width), (k, x) -> k.gate(activation, gate, x, x));
    }
  }

  private void rotary(int rows, int pairs) {
    Activations angles = Activations.of(rows, 2 * pairs);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < pairs; i++) {
        double angle = random.nextDouble() * 7;
        angles.data()[angles.offset(row) + i] = (float) Math.cos(angle);
        angles.data()[angles.offset(row) + pairs + i] = (float) Math.sin(angle);
      }
    }
    for (boolean interleaved : new boolean[] {false, true}) {
      int whole = 2 * pairs;
      same("rope", gaussian(rows, 2 * whole), (k, x) -> k.rope(x, 2, angles, interleaved));
      same("partial rope", gaussian(rows, 3 * (whole + 5)), (k, x) -> k.rope(x, 3, angles, interleaved));
    }
  }

  private void softmax(int width) {
    same("softmax", gaussian(1, width + 3), (k, x) -> k.softmax(x.data(), 2, width));
    Activations masked = gaussian(1, width + 1);
    for (int i = 1; i < width; i += 2) {
      masked.data()[i] = Float.NEGATIVE_INFINITY;
    }
    masked.data()[width] = 900;
    same("softmax with holes", masked, (k, x) -> k.softmax(x.data(), 0, width + 1));
  }

  private void extremes() {
    Activations values = Activations.of(1, 5 * EXTREMES.length);
    for (int i = 0; i < values.width(); i++) {
      values.data()[i] = EXTREMES[i % EXTREMES.length];
    }
    for (Activation activation : Activation.values()) {
      same(activation + " of extremes", copy(values), (k, x) -> k.activate(activation, x));
      Activations special = Activations.of(1, 99);
      float[] all = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE};
      for (int i = 0; i < special.width(); i++) {
        special.data()[i] = all[i % all.length];
      }
      same(activation + " of infinities", special, (k, x) -> k.activate(activation, x));
    }
    same("norm of extremes", copy(values), (k, x) -> k.rmsNorm(x, null, 1e-6f, x));
    Activations huge = copy(values);
    Arrays.fill(huge.data(), 2e25f);
    same("norm of huge values", huge, (k, x) -> k.rmsNorm(x, null, 1e-6f, x));
    Activations zeros = Activations.of(2, 40);
    same("norm of zeros", zeros, (k, x) -> k.rmsNorm(x, null, 1e-6f, x));
    same("layer norm of zeros", zeros, (k, x) -> k.layerNorm(x, null, null, 1e-6f, x));
    same("soft cap of extremes", copy(values), (k, x) -> k.softCap(x, 30));
  }

  /** Every activation over floats of all magnitudes and, closely, where something happens. */
  private void ranges() {
    int count = 1 << 16;
    Activations x = Activations.of(1, count);
    for (Activation activation : Activation.values()) {
      for (int i = 0; i < count; i += 2) {
        x.data()[i] = Float.intBitsToFloat(i << 16 | random.nextInt(1 << 17));
        x.data()[i + 1] = (i - count / 2) * (100f / (count / 2));
      }
      same(activation + " over its range", copy(x), (k, v) -> k.activate(activation, v));
    }
  }

  /** The result of a row must not depend on the rows beside it, nor on the number of workers. */
  private void manyRowsAreAsOne() {
    int rows = 67;
    int width = 1003;
    float[] weight = gaussian(1, width).data();
    BiConsumer<VectorKernels, Activations> all =
        (k, x) -> {
          k.rmsNorm(x, weight, 1e-6f, x);
          k.layerNorm(x, weight, weight, 1e-6f, x);
          k.addBias(x, weight);
          k.scale(x, 1.3f);
          k.gate(Activation.SILU, x, x, x);
          k.activate(Activation.GELU, x);
          k.softCap(x, 3);
          k.add(x, x, 0.5f);
        };
    Activations many = gaussian(rows, width);
    Activations before = copy(many);
    all.accept(kernels, many);
    require(pool.count() > 1 && rows * width > 1 << 15, "this is meant to run in parallel");
    for (int row = 0; row < rows; row++) {
      Activations one = Activations.of(1, width);
      System.arraycopy(before.data(), row * width, one.data(), 0, width);
      all.accept(kernels, one);
      float[] inBatch = Arrays.copyOfRange(many.data(), row * width, row * width + width);
      require(Arrays.equals(one.data(), inBatch), "row " + row + " depends on its neighbours");
    }
  }

  private void same(String what, Activations x, BiConsumer<VectorKernels, Activations> operation) {
    Activations expected = copy(x);
    operation.accept(oracle, expected);
    FirstMoments.set(true);
    Activations plain = copy(x);
    operation.accept(kernels, plain);
    FirstMoments.set(false);
    Activations actual = copy(x);
    operation.accept(kernels, actual);
    require(Arrays.equals(plain.data(), actual.data()), "%s is not the same in plain loops", what);
    double scale = 0;
    for (float value : expected.data()) {
      scale = Float.isFinite(value) ? Math.max(scale, Math.min(1, Math.abs(value))) : scale;
    }
    for (int i = 0; i < x.rows() * x.width(); i++) {
      double e = expected.data()[i];
      double a = actual.data()[i];
      boolean close = Double.compare(e, a) == 0 || Math.abs(e - a) <= 1e-6 * (Math.abs(e) + scale);
      require(close, "%s [%d, %d] of %s at %d: expected %s, found %s", what, x.rows(), x.width(), x.data()[i], i, e, a);
    }
  }

  private Activations gaussian(int rows, int width) {
    Activations x = Activations.of(rows, width);
    for (int i = 0; i < rows * width; i++) {
      x.data()[i] = (float) random.nextGaussian() * 3;
    }
    return x;
  }

  private static Activations copy(Activations x) {
    Activations copy = Activations.of(x.rows(), x.width());
    System.arraycopy(x.data(), 0, copy.data(), 0, x.rows() * x.width());
    return copy;
  }

  private static void require(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new AssertionError(message.formatted(arguments));
    }
  }
}
