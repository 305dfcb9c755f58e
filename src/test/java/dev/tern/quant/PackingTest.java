package dev.tern.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  /** Rows of 96 columns in blocks of up to 256. */
  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
  void quantizesWhilePacking(TensorType type) {
    float[] values = random();
    BlockCodec codec = Codecs.of(type);
    int padded = Math.ceilDiv(COLS, type.blockSize()) * type.blockSize();
    float[] expected = new float[ROWS * COLS];
    for (int r = 0; r < ROWS; r++) {
      float[] row = new float[padded];
      System.arraycopy(values, r * COLS, row, 0, COLS);
      MemorySegment blocks = MemorySegment.ofArray(new byte[(int) type.bytes(padded)]);
      codec.encode(row, 0, padded, null, blocks, 0);
      codec.decode(blocks, 0, row, 0, padded);
      System.arraycopy(row, 0, expected, r * COLS, COLS);
    }
    float[] found = unpack(Packing.pack(RowSource.of("f", values, ROWS, COLS), type, memory));
    assertArrayEquals(expected, found, 0);
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
