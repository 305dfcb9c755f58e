package dev.tern.kernel;

import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.kernel.scalar.ScalarRecurrentKernels;
import dev.tern.kernel.simd.SimdRecurrentKernels;
import dev.tern.kernel.simd.SimdRecurrentKernels.Form;
import dev.tern.tensor.Activations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Compares the vector kernels with the scalar oracle: every rule, both forms, odd sizes and lengths, strong decays. A
 * main program, because the vector shape is chosen once per process.
 */
final class RecurrentContract {
  /** Heads, key heads, key width, value width. */
  private static final int[][] SHAPES = {{1, 1, 1, 1}, {2, 1, 3, 5}, {4, 2, 16, 16}, {1, 1, 33, 31}, {4, 1, 17, 70}};

  private static final int[] LENGTHS = {1, 7, 8, 9, 16, 17, 31, 33, 64, 97};

  private final Random random = new Random(7);
  private final RecurrentKernels oracle = new ScalarRecurrentKernels();
  private final RecurrentKernels recurrent;
  private final RecurrentKernels chunked;
  private final RecurrentKernels automatic;

  RecurrentContract(WorkerPool pool) {
    recurrent = new SimdRecurrentKernels(pool, Form.RECURRENT);
    chunked = new SimdRecurrentKernels(pool, Form.CHUNKED);
    automatic = new SimdRecurrentKernels(pool);
  }

  public static void main(String[] args) {
    try (WorkerPool pool = new WorkerPool(2)) {
      new RecurrentContract(pool).run();
      new GatingContract(pool).run();
    }
    System.out.println("contract holds");
  }

  void run() {
    for (int[] shape : SHAPES) {
      for (Update update : Update.values()) {
        for (Decay decay : Decay.values()) {
          boolean tiled = random.nextBoolean();
          recurrence(new LinearRecurrence(shape[0], shape[1], tiled, shape[2], shape[3], update, decay));
        }
      }
    }
    for (int channels : new int[] {1, 15, 64, 130, 600}) {
      scan(channels);
      for (int taps = 1; taps <= 4; taps++) {
        convolution(taps, channels);
      }
    }
  }

  private void recurrence(LinearRecurrence recurrence) {
    int length = LENGTHS[random.nextInt(LENGTHS.length)];
    for (double strength : new double[] {0.1, 60}) {
      RecurrenceOperands operands = operands(recurrence, length + 5, strength);
      String name = recurrence + " of " + length + " tokens, decay " + strength;
      Activations expected = run(oracle, recurrence, operands, length);
      compare(name + " recurrent", expected, run(recurrent, recurrence, operands, length));
      compare(name + " chunked", expected, run(chunked, recurrence, operands, length));
      compare(name + " automatic", expected, run(automatic, recurrence, operands, length));
    }
  }

  /** Two sequences; the first is also continued token by token, which shows that the state was carried on. */
  private Activations run(
      RecurrentKernels kernels, LinearRecurrence recurrence, RecurrenceOperands operands, int length) {
    Activations out = Activations.of(length + 5, recurrence.heads() * recurrence.valueWidth() + 3);
    operands.out.set(out, 2);
    MemorySegment first = state(recurrence.stateBytes());
    MemorySegment second = state(recurrence.stateBytes());
    kernels.recur(recurrence, operands, new StateRows().start().add(0, length, first).add(length, 2, second));
    kernels.recur(recurrence, operands, new StateRows().start().add(length + 2, 1, second).add(length + 3, 1, first));
    kernels.recur(recurrence, operands, new StateRows().start().add(length + 4, 1, first));
    return out;
  }

  private RecurrenceOperands operands(LinearRecurrence recurrence, int rows, double strength) {
    int keys = recurrence.keyHeads() * recurrence.keyWidth();
    int values = recurrence.heads() * recurrence.valueWidth();
    double unit = 1 / Math.sqrt(recurrence.keyWidth());
    RecurrenceOperands operands = new RecurrenceOperands().start();
    Activations joint = random(rows, 2 * keys + values, () -> random.nextGaussian() * unit);
    normalise(joint, 2 * recurrence.keyHeads(), recurrence.keyWidth());
    operands.query.set(joint, 0);
    operands.key.set(joint, keys);
    operands.value.set(joint, 2 * keys);
    int decays = recurrence.decay() == Decay.PER_HEAD ? recurrence.heads() : recurrence.heads() * recurrence.keyWidth();
    operands.decay.set(random(rows, decays, () -> Math.exp(-strength * random.nextDouble())));
    if (random.nextBoolean() || recurrence.update() == Update.DELTA) {
      operands.write.set(random(rows, recurrence.heads(), random::nextDouble));
    }
    if (recurrence.update() == Update.LOW_RANK) {
      operands.removal.set(random(rows, keys, () -> random.nextGaussian() * unit * 0.7));
      operands.replacement.set(random(rows, keys, () -> random.nextGaussian() * unit * 0.7));
    }
    return operands;
  }

  /** Makes keys unit vectors, without which the delta rule is not stable. */
  private static void normalise(Activations rows, int heads, int width) {
    for (int row = 0; row < rows.rows(); row++) {
      for (int head = 0; head < heads; head++) {
        int at = rows.offset(row) + head * width;
        double squares = 1e-12;
        for (int i = at; i < at + width; i++) {
          squares += rows.data()[i] * rows.data()[i];
        }
        for (int i = at; i < at + width; i++) {
          rows.data()[i] /= (float) Math.sqrt(squares);
        }
      }
    }
  }

  private void scan(int channels) {
    int states = 1 + random.nextInt(17);
    float[] rates = new float[channels * states];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = -5 * random.nextFloat();
    }
    SelectiveScan scan =
        new SelectiveScan(channels, states, rates, random(1, channels, random::nextGaussian).data().clone());
    ScanOperands operands = new ScanOperands();
    operands.input.set(random(9, channels + 1, random::nextGaussian), 1);
    operands.step.set(random(9, channels, random::nextDouble));
    Activations joint = random(9, 2 * states, random::nextGaussian);
    operands.write.set(joint, 0);
    operands.read.set(joint, states);
    compare("scan of " + channels, scan(oracle, scan, operands), scan(recurrent, scan, operands));
  }

  private static Activations scan(RecurrentKernels kernels, SelectiveScan scan, ScanOperands operands) {
    Activations out = Activations.of(9, scan.channels());
    operands.out.set(out);
    MemorySegment first = state(scan.stateBytes());
    kernels.scan(scan, operands, new StateRows().start().add(0, 5, first).add(5, 2, state(scan.stateBytes())));
    kernels.scan(scan, operands, new StateRows().start().add(7, 2, first));
    return out;
  }

  private void convolution(int taps, int channels) {
    float[] weights = random(taps, channels, random::nextGaussian).data().clone();
    float[] bias = random.nextBoolean() ? random(1, channels, random::nextGaussian).data().clone() : null;
    Activation activation = random.nextBoolean() ? Activation.SILU : Activation.IDENTITY;
    CausalConvolution convolution = new CausalConvolution(taps, channels, weights, bias, activation);
    Activations in = random(12, channels + 2, random::nextGaussian);
    compare(taps + " taps of " + channels, convolve(oracle, convolution, in), convolve(recurrent, convolution, in));
  }

  private static Activations convolve(RecurrentKernels kernels, CausalConvolution convolution, Activations in) {
    Activations out = Activations.of(12, convolution.channels());
    Columns from = new Columns().set(in, 2);
    Columns to = new Columns().set(out);
    MemorySegment first = state(convolution.stateBytes());
    StateRows rows = new StateRows().start().add(0, 6, first).add(6, 1, state(convolution.stateBytes()));
    kernels.convolve(convolution, from, to, rows);
    kernels.convolve(convolution, from, to, rows.start().add(7, 1, first));
    kernels.convolve(convolution, from, to, rows.start().add(8, 4, first));
    return out;
  }

  private static MemorySegment state(long bytes) {
    return Arena.ofAuto().allocate(Math.max(64, bytes), 64);
  }

  private static Activations random(int rows, int width, DoubleSupplier values) {
    Activations result = Activations.of(rows, width);
    for (int i = 0; i < rows * width; i++) {
      result.data()[i] = (float) values.getAsDouble();
    }
    return result;
  }

  private static void compare(String name, Activations expected, Activations actual) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.rows() * expected.width(); i++) {
      error += Math.pow((double) expected.data()[i] - actual.data()[i], 2);
      norm += Math.pow(expected.data()[i], 2);
    }
    if (!(Math.sqrt(error) <= 3e-6 * Math.sqrt(norm))) {
      throw new AssertionError(name + ": relative error " + Math.sqrt(error / norm));
    }
  }
}
