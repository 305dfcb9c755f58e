package dev.tern.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.error.TernException;
import dev.tern.tensor.NativeMemory;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PackingTest {
  private static final int ROWS = 70;
  private static final int COLS = 96;

  private final NativeMemory memory = new NativeMemory();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void floatsAreExact() {
    float[] values = random();
    assertArrayEquals(values, unpack(Packing.pack("f", values, ROWS, COLS, Layout.F32, memory)));
  }

  @Test
  void halvesAndBfloatsRoundToNearest() {
    float[] values = random();
    float[] halves = unpack(Packing.pack("f", values, ROWS, COLS, Layout.F16, memory));
    float[] bfloats = unpack(Packing.pack("f", values, ROWS, COLS, Layout.BF16, memory));
    for (int i = 0; i < values.length; i++) {
      assertEquals(Float.float16ToFloat(Float.floatToFloat16(values[i])), halves[i]);
      assertEquals(values[i], bfloats[i], Math.abs(values[i]) / 256);
    }
  }

  @Test
  void floatsToQuantizedLayouts() {
    float[] values = random();
    float[] q8 = unpack(Packing.pack("f", values, ROWS, COLS, Layout.Q8, memory));
    float[] q4 = unpack(Packing.pack("f", values, ROWS, COLS, Layout.Q4, memory));
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], q8[i], 4 / 127f / 1.9f);
      assertEquals(values[i], q4[i], 4 / 8f);
    }
  }

  @Test
  void slicesAndPermutations() {
    float[] values = random();
    RowSource source = RowSource.of("f", values, ROWS, COLS);
    int[] reversed = IntStream.range(0, 40).map(i -> 39 - i).toArray();
    float[] slice = unpack(Packing.pack(source.slice(20, 45).permute(reversed).slice(3, 35), memory));
    for (int r = 0; r < 35; r++) {
      int from = (20 + 39 - (r + 3)) * COLS;
      for (int c = 0; c < COLS; c++) {
        assertEquals(values[from + c], slice[r * COLS + c]);
      }
    }
    assertThrows(TernException.class, () -> source.slice(60, 11));
    assertThrows(TernException.class, () -> source.permute(new int[] {ROWS}));
  }

  private static float[] random() {
    float[] values = new float[ROWS * COLS];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.clamp((float) random.nextGaussian(), -4, 4);
    }
    return values;
  }

  static float[] unpack(Weights weights) {
    float[] values = new float[weights.rows() * weights.cols()];
    for (int r = 0; r < weights.rows(); r++) {
      Unpacking.row(weights, r, values, r * weights.cols());
    }
    return values;
  }
}
