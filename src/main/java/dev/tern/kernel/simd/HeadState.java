package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.ChunkProduct.PANEL;

import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Update;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A copy of the matrix of one head, with nothing pending, in panels {@code [paddedKeys, 32]}. */
final class HeadState {
  float[] matrix = new float[0];
  private float[] stored = new float[0];
  private float[] pending = new float[0];

  /** Copies a head's state and does the write that its last step left pending. */
  void load(LinearRecurrence recurrence, int head, int paddedKeys, MemorySegment state) {
    int keys = recurrence.keyWidth();
    if (matrix.length < paddedKeys * recurrence.paddedWidth()) {
      matrix = new float[paddedKeys * recurrence.paddedWidth()];
      stored = new float[matrix.length];
    }
    long from = 4L * head * recurrence.headFloats();
    MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, from, stored, 0, recurrence.matrixFloats());
    for (int panel = 0; panel < recurrence.panels(); panel++) {
      for (int i = 0; i < keys; i++) {
        PanelRows.copy(stored, recurrence.index(i, panel * PANEL), matrix, (panel * paddedKeys + i) * PANEL);
      }
    }
    int floats = recurrence.headFloats() - recurrence.matrixFloats();
    if (floats == 0) {
      return;
    }
    if (pending.length < floats) {
      pending = new float[floats];
    }
    MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, from + 4L * recurrence.matrixFloats(), pending, 0, floats);
    for (int panel = 0; panel < recurrence.panels(); panel++) {
      write(recurrence, panel, paddedKeys);
    }
  }

  private void write(LinearRecurrence recurrence, int panel, int paddedKeys) {
    int keys = recurrence.keyWidth();
    int columns = 2 * keys + panel * PANEL;
    int second = recurrence.paddedWidth() + keys;
    for (int i = 0; i < keys; i++) {
      float decay = pending[i];
      float first = pending[keys + i];
      int at = (panel * paddedKeys + i) * PANEL;
      for (int j = 0; j < PANEL; j++) {
        matrix[at + j] = decay * matrix[at + j] + first * pending[columns + j];
      }
      if (recurrence.update() == Update.LOW_RANK) {
        float key = pending[keys + second + i];
        for (int j = 0; j < PANEL; j++) {
          matrix[at + j] += key * pending[columns + second + j];
        }
      }
    }
  }

  /** Writes the matrix back, with nothing pending. */
  void store(LinearRecurrence recurrence, int head, int paddedKeys, MemorySegment state) {
    int keys = recurrence.keyWidth();
    long to = 4L * head * recurrence.headFloats();
    for (int panel = 0; panel < recurrence.panels(); panel++) {
      for (int i = 0; i < keys; i++) {
        PanelRows.copy(matrix, (panel * paddedKeys + i) * PANEL, stored, recurrence.index(i, panel * PANEL));
      }
    }
    MemorySegment.copy(stored, 0, state, ValueLayout.JAVA_FLOAT, to, recurrence.matrixFloats());
    int floats = recurrence.headFloats() - recurrence.matrixFloats();
    if (floats > 0) {
      Arrays.fill(pending, 0, keys, 1);
      Arrays.fill(pending, keys, floats, 0);
      MemorySegment.copy(pending, 0, state, ValueLayout.JAVA_FLOAT, to + 4L * recurrence.matrixFloats(), floats);
    }
  }
}
