package dev.tern.kernel.simd;

import dev.tern.kernel.Activation;
import dev.tern.kernel.Columns;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.WorkerPool;
import dev.tern.tensor.Activations;

/** The row operations that are worth several threads, as tasks whose operands are set before a run. Items are rows. */
final class RowTasks {
  /** Values from which a run is split. */
  private static final int PARALLEL = 8192;

  final L2Norm l2Norm = new L2Norm();
  final Gated gatedNorm = new Gated();
  final TimeStep timeStep = new TimeStep();
  final Decay decay = new Decay();
  private final WorkerPool pool;

  RowTasks(WorkerPool pool) {
    this.pool = pool;
  }

  void run(WorkerPool.Task task, int rows, int width) {
    if ((long) rows * width < PARALLEL) {
      task.run(0, rows, 0);
    } else {
      pool.run(rows, task);
    }
  }

  static final class L2Norm implements WorkerPool.Task {
    private Columns x;
    private int heads;
    private int width;
    private float eps;
    private float scale;

    void set(Columns x, int heads, int width, float eps, float scale) {
      this.x = x;
      this.heads = heads;
      this.width = width;
      this.eps = eps;
      this.scale = scale;
    }

    @Override
    public void run(int from, int to, int worker) {
      for (int row = from; row < to; row++) {
        for (int head = 0; head < heads; head++) {
          int at = x.at(row) + head * width;
          float squares = RowSums.squares(x.data(), at, width, 0);
          multiply(x.data(), at, width, (float) (scale / Math.sqrt(squares + eps)));
        }
      }
    }
  }

  static final class Gated implements WorkerPool.Task {
    private GatedNorm norm;
    private Activations x;
    private Columns gate;

    void set(GatedNorm norm, Activations x, Columns gate) {
      this.norm = norm;
      this.x = x;
      this.gate = gate;
    }

    @Override
    public void run(int from, int to, int worker) {
      boolean gateFirst = norm.gateFirst() || norm.groups() == 0;
      for (int row = from; row < to; row++) {
        if (gateFirst) {
          gate(row);
        }
        for (int group = 0; group < norm.groups(); group++) {
          norm(row, group, x.width() / norm.groups());
        }
        if (!gateFirst) {
          gate(row);
        }
      }
    }

    private void gate(int row) {
      if (norm.activation() == Activation.SILU) {
        RowGates.multiplySilu(x.data(), x.offset(row), gate.data(), gate.at(row), x.width());
      } else {
        RowGates.multiplySigmoid(x.data(), x.offset(row), gate.data(), gate.at(row), x.width());
      }
    }

    private void norm(int row, int group, int width) {
      int at = x.offset(row) + group * width;
      float mean = RowSums.squares(x.data(), at, width, 0) / width;
      float factor = (float) (1 / Math.sqrt(mean + norm.eps()));
      float[] weight = norm.weight();
      if (weight == null) {
        multiply(x.data(), at, width, factor);
      } else {
        multiply(x.data(), at, width, factor, weight, weight.length == width ? 0 : group * width);
      }
    }
  }

  static final class TimeStep implements WorkerPool.Task {
    private Columns in;
    private float[] bias;
    private float low;
    private float high;
    private Activations out;

    void set(Columns in, float[] bias, float low, float high, Activations out) {
      this.in = in;
      this.bias = bias;
      this.low = low;
      this.high = high;
      this.out = out;
    }

    @Override
    public void run(int from, int to, int worker) {
      for (int row = from; row < to; row++) {
        RowGates.softplus(in.data(), in.at(row), bias, low, high, out.data(), out.offset(row));
      }
    }
  }

  static final class Decay implements WorkerPool.Task {
    private Activations in;
    private float[] rates;
    private Activations out;

    void set(Activations in, float[] rates, Activations out) {
      this.in = in;
      this.rates = rates;
      this.out = out;
    }

    @Override
    public void run(int from, int to, int worker) {
      int each = in.width() / rates.length;
      for (int row = from; row < to; row++) {
        if (each == 1) {
          RowGates.exp(in.data(), in.offset(row), rates, out.data(), out.offset(row));
        } else {
          for (int i = 0; i < rates.length; i++) {
            int at = i * each;
            RowGates.exp(in.data(), in.offset(row) + at, rates[i], each, out.data(), out.offset(row) + at);
          }
        }
      }
    }
  }

  private static void multiply(float[] x, int at, int width, float factor) {
    for (int i = at; i < at + width; i++) {
      x[i] *= factor;
    }
  }

  private static void multiply(float[] x, int at, int width, float factor, float[] weight, int weightAt) {
    for (int i = 0; i < width; i++) {
      x[at + i] *= factor * weight[weightAt + i];
    }
  }
}
