package dev.tern.kernel.scalar;

import dev.tern.kernel.Columns;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
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

  private float get(MemorySegment from, int index) {
    return from.getAtIndex(ValueLayout.JAVA_FLOAT, (long) head * recurrence.headFloats() + index);
  }

  private void set(MemorySegment to, int index, double value) {
    to.setAtIndex(ValueLayout.JAVA_FLOAT, (long) head * recurrence.headFloats() + index, (float) value);
  }

  /** Reads the state and does the write it may have pending. */
  void load(MemorySegment from) {
    for (int i = 0; i < state.length; i++) {
      for (int j = 0; j < state[i].length; j++) {
        state[i][j] = get(from, recurrence.index(i, j));
        if (recurrence.update() != Update.ADDITIVE) {
          state[i][j] *= get(from, recurrence.matrixFloats() + i);
          state[i][j] += pending(from, recurrence.matrixFloats() + recurrence.keyWidth(), i, j);
        }
        if (recurrence.update() == Update.LOW_RANK) {
          int second = 2 * recurrence.keyWidth() + recurrence.paddedWidth();
          state[i][j] += pending(from, recurrence.matrixFloats() + second, i, j);
        }
      }
    }
  }

  private double pending(MemorySegment from, int at, int i, int j) {
    return (double) get(from, at + i) * get(from, at + recurrence.keyWidth() + j);
  }

  /** Writes the state with nothing pending. */
  void store(MemorySegment to) {
    for (int i = 0; i < state.length; i++) {
      for (int j = 0; j < state[i].length; j++) {
        set(to, recurrence.index(i, j), state[i][j]);
      }
    }
    for (int i = recurrence.matrixFloats(); i < recurrence.headFloats(); i++) {
      set(to, i, i < recurrence.matrixFloats() + recurrence.keyWidth() ? 1 : 0);
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
