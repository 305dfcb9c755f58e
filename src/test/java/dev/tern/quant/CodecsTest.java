package dev.tern.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.TernException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecsTest {
  private static final Set<TensorType> GOLDEN =
      EnumSet.copyOf(
          Arrays.stream(
                  ("F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S"
                          + " IQ3_XXS IQ3_S IQ4_NL IQ4_XS TQ1_0 TQ2_0 MXFP4")
                      .split(" "))
              .map(TensorType::valueOf)
              .toList());

  @Test
  void decodesEveryGoldenTensorExactly() {
    Set<TensorType> seen = EnumSet.noneOf(TensorType.class);
    try (GgufFile file = GoldenQuants.encoded()) {
      for (TensorView tensor : file.tensors()) {
        float[] expected = GoldenQuants.floats(tensor.name());
        float[] found = new float[expected.length];
        Codecs.of(tensor.type()).decode(tensor.data(), 0, found, 0, found.length);
        assertSameBits(expected, found, tensor.name());
        seen.add(tensor.type());
      }
    }
    assertEquals(GOLDEN, seen);
  }

  @Test
  void decodesFromAnyOffsetToAnyPlace() {
    try (GgufFile file = GoldenQuants.encoded();
        Arena arena = Arena.ofConfined()) {
      for (TensorView tensor : file.tensors()) {
        TensorType type = tensor.type();
        int skipped = type.blockSize();
        int count = 2 * type.blockSize();
        MemorySegment shifted = arena.allocate(tensor.data().byteSize() + 3);
        MemorySegment.copy(tensor.data(), 0, shifted, 3, tensor.data().byteSize());
        float[] found = new float[count + 5];
        Codecs.of(type).decode(shifted, 3 + type.blockBytes(), found, 2, count);
        float[] expected = new float[count + 5];
        System.arraycopy(GoldenQuants.floats(tensor.name()), skipped, expected, 2, count);
        assertSameBits(expected, found, tensor.name());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void aTypeIsKnownOrRefusedByName(TensorType type) {
    if (Codecs.types().contains(type)) {
      assertEquals(type, Codecs.of(type).type());
    } else {
      var e = assertThrows(TernException.class, () -> Codecs.of(type));
      assertTrue(e.getMessage().contains("type " + type), e.getMessage());
    }
  }

  @Test
  void everyFloatAndBlockTypeOfGgufIsKnown() {
    Set<TensorType> missing = EnumSet.allOf(TensorType.class);
    missing.removeAll(Codecs.types());
    missing.removeIf(type -> type.blockSize() == 1);
    // Q8_1 is how activations are held while multiplying; files do not contain it.
    assertEquals(EnumSet.of(TensorType.Q8_1), missing);
  }

  @Test
  void partsOfBlocksAndPlacesOutsideAreRefused() {
    BlockCodec codec = Codecs.of(TensorType.Q4_0);
    MemorySegment blocks = MemorySegment.ofArray(new byte[36]);
    assertThrows(IllegalArgumentException.class, () -> codec.decode(blocks, 0, new float[64], 0, 33));
    assertThrows(IndexOutOfBoundsException.class, () -> codec.decode(blocks, 0, new float[63], 0, 64));
    assertThrows(IndexOutOfBoundsException.class, () -> codec.decode(blocks, 1, new float[64], 0, 64));
    assertThrows(IndexOutOfBoundsException.class, () -> codec.decode(blocks, 0, new float[64], -1, 32));
  }

  @Test
  void f8E4m3HasTheValuesOfTheSpecification() {
    byte[] codes = {0, 0x01, 0x08, 0x38, (byte) 0xb8, 0x7e, (byte) 0xfe, 0x7f, (byte) 0x80, 0x07};
    float[] expected = {0, 0x1p-9f, 0x1p-6f, 1, -1, 448, -448, Float.NaN, -0f, 7 * 0x1p-9f};
    assertSameBits(expected, decode(TensorType.F8_E4M3, codes, codes.length), "F8_E4M3");
  }

  @Test
  void f8E5m2HasTheValuesOfTheSpecification() {
    byte[] codes = {0, 0x01, 0x04, 0x3c, (byte) 0xbc, 0x7b, (byte) 0xfb, 0x7c, (byte) 0x80, 0x03};
    float[] expected = {0, 0x1p-16f, 0x1p-14f, 1, -1, 57344, -57344, Float.POSITIVE_INFINITY, -0f, 3 * 0x1p-16f};
    assertSameBits(expected, decode(TensorType.F8_E5M2, codes, codes.length), "F8_E5M2");
  }

  @Test
  void f64IsRounded() {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putDouble(Math.PI).putDouble(-1e300).putDouble(1e-300);
    float[] expected = {(float) Math.PI, Float.NEGATIVE_INFINITY, 0};
    assertSameBits(expected, decode(TensorType.F64, bytes.array(), 3), "F64");
  }

  @Test
  void nvfp4HasAScaleForEverySixteenValues() {
    byte[] block = new byte[36];
    block[0] = 0x38; // 1
    block[1] = 0x40; // 2
    block[2] = 0x01; // 2^-9
    block[3] = 0x7f; // NaN: taken as 0
    block[4] = (byte) 0xf1; // first values of the two halves of group 0: 0.5 and -6
    block[12] = (byte) 0xa7; // of group 1: 6 and -1
    block[20 + 7] = 0x2d; // last values of the two halves of group 2: -3 and 1
    block[28] = 0x77;
    float[] expected = new float[64];
    expected[0] = 0.5f;
    expected[8] = -6;
    expected[16] = 12;
    expected[24] = -2;
    expected[39] = -3 * 0x1p-9f;
    expected[47] = 0x1p-9f;
    assertArrayEquals(expected, decode(TensorType.NVFP4, block, 64), 0);
  }

  @Test
  void q8kMultipliesByItsFloatScale() {
    byte[] block = new byte[292];
    ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 0.1f);
    block[4] = -128;
    block[259] = 127;
    float[] expected = new float[256];
    expected[0] = 0.1f * -128;
    expected[255] = 0.1f * 127;
    assertArrayEquals(expected, decode(TensorType.Q8_K, block, 256), 0);
  }

  @Test
  void oneAndTwoBitBlocks() {
    byte[] one = new byte[18];
    one[1] = 0x40; // 2 as f16
    one[2] = 5;
    one[17] = (byte) 0x80;
    float[] expected = new float[128];
    Arrays.fill(expected, -2);
    expected[0] = expected[2] = expected[127] = 2;
    assertArrayEquals(expected, decode(TensorType.Q1_0, one, 128), 0);

    byte[] two = new byte[18];
    two[1] = 0x40;
    two[2] = (byte) 0b11_10_01_00;
    expected = new float[64];
    Arrays.fill(expected, -2);
    expected[1] = 0;
    expected[2] = 2;
    expected[3] = 4;
    assertArrayEquals(expected, decode(TensorType.Q2_0, two, 64), 0);
  }

  private static float[] decode(TensorType type, byte[] bytes, int count) {
    float[] values = new float[count];
    Codecs.of(type).decode(MemorySegment.ofArray(bytes), 0, values, 0, count);
    return values;
  }

  private static void assertSameBits(float[] expected, float[] found, String what) {
    assertEquals(expected.length, found.length, what);
    for (int i = 0; i < expected.length; i++) {
      int at = i;
      assertEquals(
          Float.floatToIntBits(expected[i]),
          Float.floatToIntBits(found[i]),
          () -> what + "[" + at + "]: expected " + expected[at] + ", found " + found[at]);
    }
  }
}
