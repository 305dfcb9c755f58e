package dev.tern.kernel.simd;

import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.kernel.RecurrenceOperands;

/** Where the operands of one head stand in a row. One per worker, reused. */
final class HeadRows {
  LinearRecurrence recurrence;
  RecurrenceOperands operands;
  int head;
  private int keyColumn;

  HeadRows set(LinearRecurrence recurrence, RecurrenceOperands operands, int head) {
    this.recurrence = recurrence;
    this.operands = operands;
    this.head = head;
    keyColumn = recurrence.keyHead(head) * recurrence.keyWidth();
    return this;
  }

  int query(int row) {
    return operands.query.at(row) + keyColumn;
  }

  int key(int row) {
    return operands.key.at(row) + keyColumn;
  }

  int removal(int row) {
    return operands.removal.at(row) + keyColumn;
  }

  int replacement(int row) {
    return operands.replacement.at(row) + keyColumn;
  }

  int value(int row) {
    return operands.value.at(row) + head * recurrence.valueWidth();
  }

  int out(int row) {
    return operands.out.at(row) + head * recurrence.valueWidth();
  }

  /** The write strength. */
  float write(int row) {
    return operands.write.isPresent() ? operands.write.data()[operands.write.at(row) + head] : 1;
  }

  boolean decaysPerHead() {
    return recurrence.decay() == Decay.PER_HEAD;
  }

  /** The decay of a head that has one. */
  float decay(int row) {
    return operands.decay.data()[operands.decay.at(row) + head];
  }

  /** Writes the decays of all rows of the state. */
  void decays(int row, float[] out, int at) {
    int keys = recurrence.keyWidth();
    if (decaysPerHead()) {
      java.util.Arrays.fill(out, at, at + keys, decay(row));
    } else {
      System.arraycopy(operands.decay.data(), operands.decay.at(row) + head * keys, out, at, keys);
    }
  }

  boolean additive() {
    return recurrence.update() == Update.ADDITIVE;
  }
}
