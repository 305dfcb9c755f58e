package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;
import static dev.tern.kernel.simd.Lanes.LE;

import dev.tern.kernel.ScanOperands;
import dev.tern.kernel.SelectiveScan;
import dev.tern.kernel.StateRows;
import dev.tern.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The selective scan, lanes being channels. Every element has a decay of its own, so there is no form with matrix
 * products: exponentials bound it, and the state of a block of channels stays in the cache while its tokens go by.
 */
final class SimdScan implements WorkerPool.Task {
  private static final int BLOCK = 64;

  private final WorkerPool pool;
  private SelectiveScan scan;
  private ScanOperands operands;
  private StateRows rows;

  SimdScan(WorkerPool pool) {
    this.pool = pool;
  }

  void scan(SelectiveScan scan, ScanOperands operands, StateRows rows) {
    this.scan = scan;
    this.operands = operands;
    this.rows = rows;
    pool.run(rows.count() * blocks(), this);
  }

  private int blocks() {
    return Math.ceilDiv(scan.channels(), BLOCK);
  }

  @Override
  public void run(int from, int to, int worker) {
    for (int item = from; item < to; item++) {
      int sequence = item / blocks();
      int channel = item % blocks() * BLOCK;
      int end = Math.min(scan.channels(), channel + BLOCK);
      int vectors = channel + (end - channel) / L * L;
      int last = rows.first(sequence) + rows.rows(sequence);
      for (int row = rows.first(sequence); row < last; row++) {
        for (int c = channel; c < vectors; c += L) {
          step(row, c, rows.state(sequence));
        }
        for (int c = vectors; c < end; c++) {
          scalarStep(row, c, rows.state(sequence));
        }
      }
    }
  }

  private void step(int row, int channel, MemorySegment state) {
    float[] rates = scan.rates();
    float[] writes = operands.write.data();
    float[] reads = operands.read.data();
    int writeAt = operands.write.at(row);
    int readAt = operands.read.at(row);
    FloatVector x = FloatVector.fromArray(F, operands.input.data(), operands.input.at(row) + channel);
    FloatVector dt = FloatVector.fromArray(F, operands.step.data(), operands.step.at(row) + channel);
    FloatVector input = x.mul(dt);
    FloatVector sum = FloatVector.fromArray(F, scan.skip(), channel).mul(x);
    for (int n = 0, at = channel; n < scan.states(); n++, at += scan.channels()) {
      FloatVector decay = VectorMath.exp(FloatVector.fromArray(F, rates, at).mul(dt));
      FloatVector old = FloatVector.fromMemorySegment(F, state, 4L * at, LE);
      FloatVector h = decay.fma(old, input.mul(writes[writeAt + n]));
      h.intoMemorySegment(state, 4L * at, LE);
      sum = h.fma(FloatVector.broadcast(F, reads[readAt + n]), sum);
    }
    sum.intoArray(operands.out.data(), operands.out.at(row) + channel);
  }

  private void scalarStep(int row, int channel, MemorySegment state) {
    float x = operands.input.data()[operands.input.at(row) + channel];
    float dt = operands.step.data()[operands.step.at(row) + channel];
    float sum = scan.skip()[channel] * x;
    for (int n = 0; n < scan.states(); n++) {
      int at = n * scan.channels() + channel;
      float old = state.getAtIndex(ValueLayout.JAVA_FLOAT, at);
      float write = operands.write.data()[operands.write.at(row) + n];
      float h = (float) Math.exp(dt * scan.rates()[at]) * old + dt * x * write;
      state.setAtIndex(ValueLayout.JAVA_FLOAT, at, h);
      sum += h * operands.read.data()[operands.read.at(row) + n];
    }
    operands.out.data()[operands.out.at(row) + channel] = sum;
  }
}
