package dev.tern.kernel.simd;

import dev.tern.kernel.Activation;
import dev.tern.kernel.RowShapes;
import dev.tern.kernel.VectorKernels;
import dev.tern.kernel.WorkerPool;
import dev.tern.tensor.Activations;

/**
 * Row operations with the Vector API. Each row is computed for itself, so its result does not depend on its neighbours;
 * many rows are shared among the workers, few are done by the caller, which then allocates nothing.
 */
public final class SimdVector implements VectorKernels {
  /** Values from which the workers are worth waking: some ten microseconds of work. */
  private static final int PARALLEL = 1 << 15;

  private final WorkerPool pool;

  public SimdVector(WorkerPool pool) {
    this.pool = pool;
  }

  private boolean parallel(Activations x) {
    return pool.count() > 1 && x.rows() > 1 && x.rows() * x.width() >= PARALLEL;
  }

  @Override
  public void rmsNorm(Activations in, float[] weight, float eps, Activations out) {
    rmsNormGroups(in, 1, weight, eps, out);
  }

  @Override
  public void rmsNormGroups(Activations in, int groups, float[] weight, float eps, Activations out) {
    RowShapes.requireSame("norm", in, out);
    RowShapes.requireGroups(in, groups, weight);
    if (parallel(in)) {
      pool.run(in.rows(), (from, to, _) -> rmsRows(in, groups, weight, eps, out, from, to));
    } else {
      rmsRows(in, groups, weight, eps, out, 0, in.rows());
    }
  }

  private static void rmsRows(
      Activations in, int groups, float[] weight, float eps, Activations out, int from, int to) {
    int width = in.width() / groups;
    boolean shared = weight != null && weight.length == width;
    for (int group = from * groups; group < to * groups; group++) {
      int at = group * width;
      float factor = (float) (1 / Math.sqrt(RowLoops.sumOfSquares(in.data(), at, width) / width + eps));
      if (weight == null) {
        RowLoops.scale(in.data(), factor, out.data(), at, width);
      } else {
        int weightAt = shared ? 0 : group % groups * width;
        RowLoops.scale(in.data(), factor, weight, weightAt, out.data(), at, width);
      }
    }
  }

  @Override
  public void layerNorm(Activations in, float[] weight, float[] bias, float eps, Activations out) {
    RowShapes.requireSame("norm", in, out);
    RowShapes.requireColumns("weight", weight, in.width());
    RowShapes.requireColumns("bias", bias, in.width());
    if (parallel(in)) {
      pool.run(in.rows(), (from, to, _) -> layerNormRows(in, weight, bias, eps, out, from, to));
    } else {
      layerNormRows(in, weight, bias, eps, out, 0, in.rows());
    }
  }

  private static void layerNormRows(
      Activations in, float[] weight, float[] bias, float eps, Activations out, int from, int to) {
    int width = in.width();
    for (int row = from; row < to; row++) {
      int at = in.offset(row);
      float mean = (float) (RowLoops.sum(in.data(), at, width) / width);
      double squares = RowLoops.center(in.data(), mean, out.data(), at, width);
      float factor = (float) (1 / Math.sqrt(squares / width + eps));
      if (weight == null) {
        RowLoops.scale(out.data(), factor, out.data(), at, width);
      } else {
        RowLoops.scale(out.data(), factor, weight, 0, out.data(), at, width);
      }
      if (bias != null) {
        RowLoops.add(out.data(), bias, 0, 1, at, width);
      }
    }
  }

  @Override
  public void add(Activations x, Activations y, float scale) {
    RowShapes.requireSame("add", x, y);
    if (parallel(x)) {
      pool.run(x.rows(), (from, to, _) -> addRows(x, y, scale, from, to));
    } else {
      addRows(x, y, scale, 0, x.rows());
    }
  }

  private static void addRows(Activations x, Activations y, float scale, int from, int to) {
    for (int row = from; row < to; row++) {
      RowLoops.add(x.data(), y.data(), y.offset(row), scale, x.offset(row), x.width());
    }
  }

  @Override
  public void addBias(Activations x, float[] bias) {
    RowShapes.requireColumns("bias", bias, x.width());
    if (parallel(x)) {
      pool.run(x.rows(), (from, to, _) -> addBiasRows(x, bias, from, to));
    } else {
      addBiasRows(x, bias, 0, x.rows());
    }
  }

  private static void addBiasRows(Activations x, float[] bias, int from, int to) {
    for (int row = from; row < to; row++) {
      RowLoops.add(x.data(), bias, 0, 1, x.offset(row), x.width());
    }
  }

  @Override
  public void scale(Activations x, float factor) {
    if (parallel(x)) {
      pool.run(x.rows(), (from, to, _) -> scaleRows(x, factor, from, to));
    } else {
      scaleRows(x, factor, 0, x.rows());
    }
  }

  private static void scaleRows(Activations x, float factor, int from, int to) {
    for (int row = from; row < to; row++) {
      RowLoops.scale(x.data(), factor, x.data(), x.offset(row), x.width());
    }
  }

  @Override
  public void activate(Activation activation, Activations x) {
    if (parallel(x)) {
      pool.run(x.rows(), (from, to, _) -> gateRows(activation, x, null, x, from, to));
    } else {
      gateRows(activation, x, null, x, 0, x.rows());
    }
  }

  @Override
  public void gate(Activation activation, Activations gate, Activations up, Activations out) {
    RowShapes.requireSame("gate", gate, up);
    RowShapes.requireSame("gate", gate, out);
    if (parallel(gate)) {
      pool.run(gate.rows(), (from, to, _) -> gateRows(activation, gate, up, out, from, to));
    } else {
      gateRows(activation, gate, up, out, 0, gate.rows());
    }
  }

  private static void gateRows(
      Activation activation, Activations gate, Activations up, Activations out, int from, int to) {
    float[] factors = up == null ? null : up.data();
    for (int row = from; row < to; row++) {
      ActivationLoops.run(
          activation, gate.data(), factors, out.data(), gate.offset(row), gate.offset(row) + gate.width());
    }
  }

  @Override
  public void softCap(Activations x, float cap) {
    if (parallel(x)) {
      pool.run(x.rows(), (from, to, _) -> softCapRows(x, cap, from, to));
    } else {
      softCapRows(x, cap, 0, x.rows());
    }
  }

  private static void softCapRows(Activations x, float cap, int from, int to) {
    for (int row = from; row < to; row++) {
      RowLoops.softCap(x.data(), cap, x.offset(row), x.width());
    }
  }

  @Override
  public void rope(Activations x, int heads, Activations angles, boolean interleaved) {
    RowShapes.requireRotation(x, heads, angles);
    if (parallel(x)) {
      pool.run(x.rows(), (from, to, _) -> ropeRows(x, heads, angles, interleaved, from, to));
    } else {
      ropeRows(x, heads, angles, interleaved, 0, x.rows());
    }
  }

  private static void ropeRows(Activations x, int heads, Activations angles, boolean interleaved, int from, int to) {
    int head = x.width() / heads;
    int pairs = angles.width() / 2;
    for (int row = from; row < to; row++) {
      int end = x.offset(row) + x.width();
      for (int at = x.offset(row); at < end; at += head) {
        if (interleaved) {
          RotaryLoops.neighbours(x.data(), at, angles.data(), angles.offset(row), pairs);
        } else {
          RotaryLoops.halves(x.data(), at, angles.data(), angles.offset(row), pairs);
        }
      }
    }
  }

  @Override
  public void softmax(float[] values, int at, int width) {
    double sum = RowLoops.exp(values, RowLoops.max(values, at, width), at, width);
    RowLoops.scale(values, (float) (1 / sum), values, at, width);
  }
}
