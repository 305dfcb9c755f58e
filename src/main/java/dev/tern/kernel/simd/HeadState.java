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
  private float[] pending = new float[0];

  /** Copies a head's state and does the write that its last step left pending. */
  void load(LinearRecurrence recurrence, int head, int paddedKeys, MemorySegment state) {
    int keys = recurrence.keyWidth();
    if (matrix.length < paddedKeys * recurrence.paddedWidth()) {
      matrix = new float[paddedKeys * recurrence.paddedWidth()];
    }
    long from = 4L * head * recurrence.headFloats();
    for (int panel = 0; panel < recurrence.panels(); panel++) {
      long at = from + 4L * panel * keys * PANEL;
      MemorySegment.copy(state, ValueLayout.JAVA_FLOAT, at, matrix, panel * paddedKeys * PANEL, keys * PANEL);
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
      long at = to + 4L * panel * keys * PANEL;
      MemorySegment.copy(matrix, panel * paddedKeys * PANEL, state, ValueLayout.JAVA_FLOAT, at, keys * PANEL);
    }
    int floats = recurrence.headFloats() - recurrence.matrixFloats();
    if (floats > 0) {
      Arrays.fill(pending, 0, keys, 1);
      Arrays.fill(pending, keys, floats, 0);
      MemorySegment.copy(pending, 0, state, ValueLayout.JAVA_FLOAT, to + 4L * recurrence.matrixFloats(), floats);
    }
  }
}
