package dev.tern.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  void q8Blocks() {
    byte[] bytes = blocks(TensorType.Q8_0, 0);
    float[] expected = new float[ROWS * COLS];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = scale(bytes, i / 32 * 34) * bytes[i / 32 * 34 + 2 + i % 32];
    }
    assertArrayEquals(expected, unpack(Packing.pack(source(TensorType.Q8_0, bytes), memory)));
  }

  @Test
  void q4Blocks() {
    byte[] bytes = blocks(TensorType.Q4_0, 0);
    float[] expected = new float[ROWS * COLS];
    for (int i = 0; i < expected.length; i++) {
      int at = i / 32 * 18;
      int code = bytes[at + 2 + i % 16] >>> i % 32 / 16 * 4 & 15;
      expected[i] = scale(bytes, at) * (code - 8);
    }
    assertArrayEquals(expected, unpack(Packing.pack(source(TensorType.Q4_0, bytes), memory)));
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

  private static RowSource source(TensorType type, byte[] bytes) {
    return new RowSource("random", type, ROWS, COLS, MemorySegment.ofArray(bytes), null);
  }

  private static float scale(byte[] bytes, int at) {
    return Float.float16ToFloat(MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }

  /** Random blocks with a finite half float at {@code scaleAt} of each. */
  private static byte[] blocks(TensorType type, int scaleAt) {
    byte[] bytes = new byte[(int) type.bytes(ROWS * COLS)];
    Random random = new Random(2);
    random.nextBytes(bytes);
    for (int at = scaleAt; at < bytes.length; at += type.blockBytes()) {
      short scale = Float.floatToFloat16((float) random.nextGaussian());
      MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_SHORT_UNALIGNED, at, scale);
    }
    return bytes;
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
