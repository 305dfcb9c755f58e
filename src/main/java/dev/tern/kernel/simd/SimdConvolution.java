package dev.tern.kernel.simd;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.Columns;
import dev.tern.kernel.StateRows;
import dev.tern.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Short convolutions, split over blocks of channels; time goes by within a block, whose recent inputs are in the cache.
 */
final class SimdConvolution implements WorkerPool.Task {
  private static final int BLOCK = 512;

  private final WorkerPool pool;
  private final Worker[] workers;
  private CausalConvolution convolution;
  private Columns in;
  private Columns out;
  private StateRows rows;

  /** Inputs before the first row, and the sums of a row. */
  private static final class Worker {
    private float[] before = new float[0];
    private final float[] sums = new float[BLOCK];
  }

  SimdConvolution(WorkerPool pool) {
    this.pool = pool;
    workers = new Worker[pool.count()];
    Arrays.setAll(workers, i -> new Worker());
  }

  void convolve(CausalConvolution convolution, Columns in, Columns out, StateRows rows) {
    this.convolution = convolution;
    this.in = in;
    this.out = out;
    this.rows = rows;
    pool.run(rows.count() * blocks(), this);
  }

  private int blocks() {
    return Math.ceilDiv(convolution.channels(), BLOCK);
  }

  @Override
  public void run(int from, int to, int worker) {
    for (int item = from; item < to; item++) {
      block(item / blocks(), item % blocks() * BLOCK, workers[worker]);
    }
  }

  private void block(int sequence, int channel, Worker worker) {
    int width = Math.min(BLOCK, convolution.channels() - channel);
    int before = convolution.taps() - 1;
    if (worker.before.length < before * BLOCK) {
      worker.before = new float[before * BLOCK];
    }
    MemorySegment state = rows.state(sequence);
    for (int i = 0; i < before; i++) {
      MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, stateAt(i, channel), worker.before, i * BLOCK, width);
    }
    int first = rows.first(sequence);
    int count = rows.rows(sequence);
    for (int t = 0; t < count; t++) {
      row(first, t, channel, width, worker);
    }
    for (int i = 0; i < before; i++) {
      int t = count - before + i;
      if (t >= 0) {
        int at = in.at(first + t) + channel;
        MemorySegment.copy(in.data(), at, state, ValueLayout.JAVA_FLOAT, stateAt(i, channel), width);
      } else {
        int at = (before + t) * BLOCK;
        MemorySegment.copy(worker.before, at, state, ValueLayout.JAVA_FLOAT, stateAt(i, channel), width);
      }
    }
  }

  private long stateAt(int row, int channel) {
    return 4L * ((long) row * convolution.channels() + channel);
  }

  private void row(int first, int t, int channel, int width, Worker worker) {
    int before = convolution.taps() - 1;
    if (convolution.bias() == null) {
      Arrays.fill(worker.sums, 0, width, 0);
    } else {
      System.arraycopy(convolution.bias(), channel, worker.sums, 0, width);
    }
    for (int tap = 0; tap <= before; tap++) {
      int source = t - before + tap;
      int weight = tap * convolution.channels() + channel;
      if (source >= 0) {
        add(worker.sums, convolution.weights(), weight, in.data(), in.at(first + source) + channel, width);
      } else {
        add(worker.sums, convolution.weights(), weight, worker.before, (before + source) * BLOCK, width);
      }
    }
    float[] to = out.data();
    int at = out.at(first + t) + channel;
    if (convolution.activation() == Activation.SILU) {
      RowGates.silu(worker.sums, width, to, at);
    } else {
      System.arraycopy(worker.sums, 0, to, at, width);
    }
  }

  private static void add(float[] sums, float[] weights, int weight, float[] x, int at, int width) {
    for (int i = 0; i < width; i++) {
      sums[i] += weights[weight + i] * x[at + i];
    }
  }
}
