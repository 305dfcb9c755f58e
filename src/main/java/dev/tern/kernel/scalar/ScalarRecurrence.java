package dev.tern.kernel.scalar;

import dev.tern.kernel.Columns;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.RecurrenceOperands;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One head of a {@link LinearRecurrence} in double precision, written as its definition reads. */
final class ScalarRecurrence {
  private final LinearRecurrence recurrence;
  private final RecurrenceOperands operands;
  private final int head;
  private final double[][] state;

  ScalarRecurrence(LinearRecurrence recurrence, RecurrenceOperands operands, int head) {
    this.recurrence = recurrence;
    this.operands = operands;
    this.head = head;
    this.state = new double[recurrence.keyWidth()][recurrence.valueWidth()];
  }

  private long index(int i, int j) {
    return (long) head * recurrence.headFloats() + (long) i * recurrence.stride() + j;
  }

  void load(MemorySegment from) {
    for (int i = 0; i < state.length; i++) {
      for (int j = 0; j < state[i].length; j++) {
        state[i][j] = from.getAtIndex(ValueLayout.JAVA_FLOAT, index(i, j));
      }
    }
  }

  void store(MemorySegment to) {
    for (int i = 0; i < state.length; i++) {
      for (int j = 0; j < state[i].length; j++) {
        to.setAtIndex(ValueLayout.JAVA_FLOAT, index(i, j), (float) state[i][j]);
      }
    }
  }

  /** Processes the token of a row and writes its output. */
  void step(int row) {
    double write = operands.write.isPresent() ? operands.write.data()[operands.write.at(row) + head] : 1;
    double[] key = keyVector(operands.key, row);
    double[] value = new double[recurrence.valueWidth()];
    for (int j = 0; j < value.length; j++) {
      value[j] = operands.value.data()[operands.value.at(row) + head * recurrence.valueWidth() + j];
    }
    switch (recurrence.update()) {
      case ADDITIVE -> {
        decay(row);
        add(key, value, write);
      }
      case DELTA -> {
        decay(row);
        double[] known = read(key);
        for (int j = 0; j < value.length; j++) {
          value[j] -= known[j];
        }
        add(key, value, write);
      }
      case LOW_RANK -> {
        double[] removed = read(keyVector(operands.removal, row));
        decay(row);
        add(keyVector(operands.replacement, row), removed, 1);
        add(key, value, write);
      }
    }
    double[] out = read(keyVector(operands.query, row));
    for (int j = 0; j < out.length; j++) {
      operands.out.data()[operands.out.at(row) + head * recurrence.valueWidth() + j] = (float) out[j];
    }
  }

  private double[] keyVector(Columns columns, int row) {
    double[] vector = new double[recurrence.keyWidth()];
    int at = columns.at(row) + recurrence.keyHead(head) * recurrence.keyWidth();
    for (int i = 0; i < vector.length; i++) {
      vector[i] = columns.data()[at + i];
    }
    return vector;
  }

  private void decay(int row) {
    Columns decay = operands.decay;
    for (int i = 0; i < state.length; i++) {
      int column = recurrence.decay() == Decay.PER_HEAD ? head : head * recurrence.keyWidth() + i;
      for (int j = 0; j < state[i].length; j++) {
        state[i][j] *= decay.data()[decay.at(row) + column];
      }
    }
  }

  private void add(double[] key, double[] value, double factor) {
    for (int i = 0; i < state.length; i++) {
      for (int j = 0; j < value.length; j++) {
        state[i][j] += key[i] * factor * value[j];
      }
    }
  }

  private double[] read(double[] key) {
    double[] result = new double[recurrence.valueWidth()];
    for (int i = 0; i < state.length; i++) {
      for (int j = 0; j < result.length; j++) {
        result[j] += state[i][j] * key[i];
      }
    }
    return result;
  }
}
