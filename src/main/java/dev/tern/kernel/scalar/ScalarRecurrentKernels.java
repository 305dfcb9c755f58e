package dev.tern.kernel.scalar;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.Columns;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.kernel.RecurrentKernels;
import dev.tern.kernel.ScanOperands;
import dev.tern.kernel.SelectiveScan;
import dev.tern.kernel.StateRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The definitions, token by token in double precision: the oracle of the fast kernels. */
public final class ScalarRecurrentKernels implements RecurrentKernels {
  @Override
  public void recur(LinearRecurrence recurrence, RecurrenceOperands operands, StateRows rows) {
    for (int sequence = 0; sequence < rows.count(); sequence++) {
      int first = rows.first(sequence);
      for (int head = 0; head < recurrence.heads(); head++) {
        ScalarRecurrence state = new ScalarRecurrence(recurrence, operands, head);
        state.load(rows.state(sequence));
        for (int row = first; row < first + rows.rows(sequence); row++) {
          state.step(row);
        }
        state.store(rows.state(sequence));
      }
    }
  }

  @Override
  public void scan(SelectiveScan scan, ScanOperands operands, StateRows rows) {
    for (int sequence = 0; sequence < rows.count(); sequence++) {
      int first = rows.first(sequence);
      for (int channel = 0; channel < scan.channels(); channel++) {
        scan(scan, operands, channel, first, first + rows.rows(sequence), rows.state(sequence));
      }
    }
  }

  private static void scan(
      SelectiveScan scan, ScanOperands operands, int channel, int from, int to, MemorySegment state) {
    double[] h = new double[scan.states()];
    for (int n = 0; n < h.length; n++) {
      h[n] = state.getAtIndex(ValueLayout.JAVA_FLOAT, (long) n * scan.channels() + channel);
    }
    for (int row = from; row < to; row++) {
      double x = operands.input.data()[operands.input.at(row) + channel];
      double step = operands.step.data()[operands.step.at(row) + channel];
      double sum = scan.skip()[channel] * x;
      for (int n = 0; n < h.length; n++) {
        double write = operands.write.data()[operands.write.at(row) + n];
        h[n] = Math.exp(step * scan.rates()[n * scan.channels() + channel]) * h[n] + step * write * x;
        sum += h[n] * operands.read.data()[operands.read.at(row) + n];
      }
      operands.out.data()[operands.out.at(row) + channel] = (float) sum;
    }
    for (int n = 0; n < h.length; n++) {
      state.setAtIndex(ValueLayout.JAVA_FLOAT, (long) n * scan.channels() + channel, (float) h[n]);
    }
  }

  @Override
  public void convolve(CausalConvolution convolution, Columns in, Columns out, StateRows rows) {
    for (int sequence = 0; sequence < rows.count(); sequence++) {
      int first = rows.first(sequence);
      int count = rows.rows(sequence);
      for (int channel = 0; channel < convolution.channels(); channel++) {
        float[] inputs = inputs(convolution, in, first, count, channel, rows.state(sequence));
        for (int t = 0; t < count; t++) {
          out.data()[out.at(first + t) + channel] = (float) convolve(convolution, inputs, t, channel);
        }
        for (int i = 0; i < convolution.taps() - 1; i++) {
          rows.state(sequence)
              .setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * convolution.channels() + channel, inputs[count + i]);
        }
      }
    }
  }

  /** What a channel has seen: the state, then the rows. */
  private static float[] inputs(
      CausalConvolution convolution, Columns in, int first, int count, int channel, MemorySegment state) {
    int before = convolution.taps() - 1;
    float[] inputs = new float[before + count];
    for (int i = 0; i < before; i++) {
      inputs[i] = state.getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * convolution.channels() + channel);
    }
    for (int t = 0; t < count; t++) {
      inputs[before + t] = in.data()[in.at(first + t) + channel];
    }
    return inputs;
  }

  private static double convolve(CausalConvolution convolution, float[] inputs, int t, int channel) {
    double sum = convolution.bias() == null ? 0 : convolution.bias()[channel];
    for (int tap = 0; tap < convolution.taps(); tap++) {
      sum += (double) convolution.weights()[tap * convolution.channels() + channel] * inputs[t + tap];
    }
    return convolution.activation() == Activation.SILU ? sum / (1 + Math.exp(-sum)) : sum;
  }

  @Override
  public void shift(int width, Columns in, Columns out, StateRows rows) {
    for (int sequence = 0; sequence < rows.count(); sequence++) {
      int end = rows.first(sequence) + rows.rows(sequence);
      MemorySegment state = rows.state(sequence);
      for (int row = rows.first(sequence); row < end; row++) {
        MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, 0, out.data(), out.at(row), width);
        MemorySegment.copy(in.data(), in.at(row), state, ValueLayout.JAVA_FLOAT, 0, width);
      }
    }
  }
}
