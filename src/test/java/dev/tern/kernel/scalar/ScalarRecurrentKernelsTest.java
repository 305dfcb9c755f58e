package dev.tern.kernel.scalar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.Columns;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.kernel.ScanOperands;
import dev.tern.kernel.SelectiveScan;
import dev.tern.kernel.StateRows;
import dev.tern.tensor.Activations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The oracle against values worked out by hand. */
class ScalarRecurrentKernelsTest {
  private static final float TOLERANCE = 1e-6f;

  private final ScalarRecurrentKernels kernels = new ScalarRecurrentKernels();

  private static Activations rows(float[]... rows) {
    Activations result = Activations.of(rows.length, rows[0].length);
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, result.data(), result.offset(row), rows[row].length);
    }
    return result;
  }

  private static float[] row(Activations rows, int row) {
    float[] result = new float[rows.width()];
    System.arraycopy(rows.data(), rows.offset(row), result, 0, result.length);
    return result;
  }

  private static MemorySegment state(long bytes) {
    return Arena.ofAuto().allocate(bytes, 64);
  }

  private static RecurrenceOperands operands(
      Activations q, Activations k, Activations v, Activations decay, int width) {
    RecurrenceOperands operands = new RecurrenceOperands();
    operands.query.set(q);
    operands.key.set(k);
    operands.value.set(v);
    operands.decay.set(decay);
    operands.out.set(Activations.of(q.rows(), width));
    return operands;
  }

  @Test
  void additiveUpdateIsDecayedAttentionWithoutSoftmax() {
    LinearRecurrence recurrence = new LinearRecurrence(1, 1, false, 2, 1, Update.ADDITIVE, Decay.PER_HEAD);
    RecurrenceOperands operands =
        operands(
            rows(new float[] {1, 2}, new float[] {3, -1}),
            rows(new float[] {2, 1}, new float[] {1, 1}),
            rows(new float[] {5}, new float[] {7}),
            rows(new float[] {1}, new float[] {0.5f}),
            1);
    kernels.recur(recurrence, operands, new StateRows().start().add(0, 2, state(recurrence.stateBytes())));
    // q₁·k₁ v₁ = 4·5; then 0.5·(q₂·k₁) v₁ + (q₂·k₂) v₂ = 0.5·5·5 + 2·7
    assertArrayEquals(new float[] {20}, row(operands.out.rows(), 0), TOLERANCE);
    assertArrayEquals(new float[] {26.5f}, row(operands.out.rows(), 1), TOLERANCE);
  }

  @Test
  void deltaRuleReplacesTheValueOfAKnownKey() {
    LinearRecurrence recurrence = new LinearRecurrence(1, 1, false, 2, 2, Update.DELTA, Decay.PER_HEAD);
    Activations key = rows(new float[] {0.6f, 0.8f}, new float[] {0.6f, 0.8f});
    RecurrenceOperands operands =
        operands(key, key, rows(new float[] {1, 2}, new float[] {-3, 4}), rows(new float[] {1}, new float[] {1}), 2);
    kernels.recur(recurrence, operands, new StateRows().start().add(0, 2, state(recurrence.stateBytes())));
    assertArrayEquals(new float[] {1, 2}, row(operands.out.rows(), 0), TOLERANCE);
    assertArrayEquals(new float[] {-3, 4}, row(operands.out.rows(), 1), TOLERANCE);
  }

  @Test
  void lowRankUpdateWithTheDeltaRulesVectorsIsTheDeltaRule() {
    float strength = 0.75f;
    Activations q = rows(new float[] {1, 0.5f}, new float[] {-1, 0.25f}, new float[] {0.5f, 2});
    Activations k = rows(new float[] {0.6f, 0.8f}, new float[] {1, 0}, new float[] {0.8f, -0.6f});
    Activations v = rows(new float[] {1, 2, 3}, new float[] {-1, 4, 0}, new float[] {2, 2, 1});
    Activations decay = rows(new float[] {0.9f, 0.5f}, new float[] {0.25f, 1}, new float[] {0.75f, 0.125f});
    Activations removal = Activations.of(3, 2);
    Activations replacement = Activations.of(3, 2);
    for (int i = 0; i < 6; i++) {
      removal.data()[i] = -decay.data()[i] * k.data()[i];
      replacement.data()[i] = strength * k.data()[i];
    }
    RecurrenceOperands delta = operands(q, k, v, decay, 3);
    delta.write.set(rows(new float[] {strength}, new float[] {strength}, new float[] {strength}));
    RecurrenceOperands lowRank = operands(q, k, v, decay, 3);
    lowRank.write.set(delta.write.rows());
    lowRank.removal.set(removal);
    lowRank.replacement.set(replacement);
    run(Update.DELTA, delta);
    run(Update.LOW_RANK, lowRank);
    for (int row = 0; row < 3; row++) {
      assertArrayEquals(row(delta.out.rows(), row), row(lowRank.out.rows(), row), TOLERANCE);
    }
  }

  private void run(Update update, RecurrenceOperands operands) {
    LinearRecurrence recurrence = new LinearRecurrence(1, 1, false, 2, 3, update, Decay.PER_CHANNEL);
    kernels.recur(recurrence, operands, new StateRows().start().add(0, 3, state(recurrence.stateBytes())));
  }

  @Test
  void headsShareKeysInNeighboursOrTiles() {
    assertEquals(1, new LinearRecurrence(4, 2, false, 1, 1, Update.DELTA, Decay.PER_HEAD).keyHead(2));
    assertEquals(0, new LinearRecurrence(4, 2, true, 1, 1, Update.DELTA, Decay.PER_HEAD).keyHead(2));
  }

  @Test
  void scanDecaysEveryStateAtItsOwnRate() {
    SelectiveScan scan = new SelectiveScan(1, 2, new float[] {-1, -2}, new float[] {10});
    ScanOperands operands = new ScanOperands();
    operands.input.set(rows(new float[] {3}, new float[] {0}));
    operands.step.set(rows(new float[] {0.5f}, new float[] {1}));
    operands.write.set(rows(new float[] {2, 4}, new float[] {1, 1}));
    operands.read.set(rows(new float[] {1, 1}, new float[] {1, 10}));
    operands.out.set(Activations.of(2, 1));
    kernels.scan(scan, operands, new StateRows().start().add(0, 2, state(scan.stateBytes())));
    assertEquals(0.5f * 2 * 3 + 0.5f * 4 * 3 + 10 * 3, operands.out.data()[0], TOLERANCE);
    assertEquals(3 * Math.exp(-1) + 10 * 6 * Math.exp(-2), operands.out.data()[1], 2 * TOLERANCE);
  }

  @Test
  void convolutionSeesTheStateBeforeTheRows() {
    CausalConvolution convolution =
        new CausalConvolution(3, 1, new float[] {1, 10, 100}, new float[] {0.5f}, Activation.IDENTITY);
    Activations out = Activations.of(3, 1);
    MemorySegment state = state(convolution.stateBytes());
    Columns in = new Columns().set(rows(new float[] {1}, new float[] {2}, new float[] {3}));
    kernels.convolve(convolution, in, new Columns().set(out), new StateRows().start().add(0, 3, state));
    assertArrayEquals(new float[] {100.5f, 210.5f, 321.5f}, out.data(), TOLERANCE);
    kernels.convolve(convolution, in, new Columns().set(out), new StateRows().start().add(0, 1, state));
    assertEquals(2 + 30 + 100 + 0.5f, out.data()[0], TOLERANCE);
  }

  @Test
  void shiftGivesThePreviousRow() {
    Activations out = Activations.of(2, 2);
    MemorySegment state = state(8);
    Columns in = new Columns().set(rows(new float[] {1, 2}, new float[] {3, 4}));
    kernels.shift(2, in, new Columns().set(out), new StateRows().start().add(0, 2, state));
    assertArrayEquals(new float[] {0, 0, 1, 2}, out.data());
    kernels.shift(2, in, new Columns().set(out), new StateRows().start().add(0, 1, state));
    assertArrayEquals(new float[] {3, 4, 1, 2}, out.data());
  }
}
