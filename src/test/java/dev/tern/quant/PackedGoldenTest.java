package dev.tern.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Packing loses nothing: packed rows are, bit for bit, what the codec of the file type decodes. */
class PackedGoldenTest {
  static Stream<TensorView> tensors() {
    return GoldenQuants.encoded().tensors().stream();
  }

  @ParameterizedTest
  @MethodSource("tensors")
  void goldenBlocks(TensorView tensor) {
    assertExact(tensor, Form.all().get(tensor.type()).layout());
  }

  /** The types without golden blocks. */
  @ParameterizedTest
  @EnumSource(names = {"Q1_0", "Q2_0", "NVFP4", "F8_E4M3", "F8_E5M2", "Q8_K"})
  void randomBlocks(TensorType type) {
    byte[] bytes = new byte[(int) type.bytes(7 * 512)];
    new Random(1).nextBytes(bytes);
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] &= (byte) 0xbb; // no exponent of ones: neither infinite nor NaN
    }
    assertExact(view(type, bytes), Form.all().get(type).layout());
  }

  /** Powers of two that are no half floats go to bfloat16, which has their range. */
  @Test
  void mxfp4OfAnyScale() {
    byte[] bytes = new byte[(int) TensorType.MXFP4.bytes(7 * 512)];
    new Random(1).nextBytes(bytes);
    for (int at = 0; at < bytes.length; at += 17) {
      bytes[at] = (byte) Math.min(bytes[at] & 255, 250);
    }
    assertExact(view(TensorType.MXFP4, bytes), Layout.BF16);
  }

  @Test
  void refusesInfiniteScales() {
    byte[] bytes = new byte[(int) TensorType.Q4_0.bytes(7 * 512)];
    bytes[1] = 0x7c;
    try (NativeMemory memory = new NativeMemory()) {
      CheckpointException refused =
          assertThrows(CheckpointException.class, () -> Packing.pack(view(TensorType.Q4_0, bytes), memory));
      assertEquals("tensor 'random': a Q4_0 block has a scale that is not finite", refused.getMessage());
    }
  }

  @Test
  void everyDecodableTypeHasAForm() {
    Set<TensorType> known = EnumSet.copyOf(Codecs.types());
    assertEquals(known, Form.all().keySet());
  }

  private static void assertExact(TensorView tensor, Layout layout) {
    float[] expected = new float[(int) tensor.size()];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, expected, 0, expected.length);
    try (NativeMemory memory = new NativeMemory()) {
      Weights weights = Packing.pack(tensor, memory);
      assertEquals(layout, weights.layout());
      assertArrayEquals(unsignedZeros(expected), unsignedZeros(PackingTest.unpack(weights)));
    }
  }

  /** Negative zeros become zeros. */
  private static float[] unsignedZeros(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] += 0f;
    }
    return values;
  }

  private static TensorView view(TensorType type, byte[] bytes) {
    return new TensorView("random", type, List.of(7L, 512L), MemorySegment.ofArray(bytes));
  }
}
