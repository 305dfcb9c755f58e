package dev.tern.quant;

import static dev.tern.quant.RoundTrip.N;
import static dev.tern.quant.RoundTrip.alternating;
import static dev.tern.quant.RoundTrip.encode;
import static dev.tern.quant.RoundTrip.error;
import static dev.tern.quant.RoundTrip.filled;
import static dev.tern.quant.RoundTrip.importance;
import static dev.tern.quant.RoundTrip.map;
import static dev.tern.quant.RoundTrip.roundTrip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EncodingRobustnessTest {
  private static final float[] SOURCE = GoldenQuants.floats("source");

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#encoders")
  void extremeValuesStayFinite(BlockCodec codec) {
    Map<String, float[]> cases =
        Map.of(
            "zeros", filled(0),
            "negative zeros", filled(-0f),
            "smallest", filled(Float.MIN_VALUE),
            "subnormal", map(noise(), x -> x * 1e-40f),
            "largest", filled(Float.MAX_VALUE),
            "both ends", alternating(Float.MAX_VALUE, -Float.MAX_VALUE),
            "huge and tiny", alternating(1e38f, 1e-38f),
            "huge", map(noise(), x -> x * 1e38f),
            "beyond f16", map(noise(), x -> x * 1e6f));
    cases.forEach(
        (name, values) -> {
          for (float[] importance : new float[][] {null, importance(N)}) {
            for (float value : roundTrip(codec.type(), values, importance)) {
              assertTrue(Float.isFinite(value), codec + ", " + name + ": " + value);
            }
          }
        });
    for (float value : roundTrip(codec.type(), filled(0), null)) {
      assertEquals(0, value, 0, codec.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#encoders")
  void constantsAndSingleValuesAreKept(BlockCodec codec) {
    // MXFP4 knows only powers of two, and the levels of IQ4 are not symmetric.
    double bound =
        switch (codec.type()) {
          case MXFP4 -> 0.19;
          case IQ4_NL, IQ4_XS -> 0.045;
          default -> 0.02;
        };
    float[] single = filled(0);
    single[N - 1] = -0.37f;
    for (float[] values : List.of(filled(0.37f), filled(-0.37f), alternating(0.37f, -0.37f), single)) {
      double error = error(values, roundTrip(codec.type(), values, null), null);
      assertTrue(error < bound, codec + ", " + values[0] + " … " + values[N - 1] + ": " + error);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#encoders")
  void powersOfTwoChangeNothingButTheScale(BlockCodec codec) {
    float[] values = Arrays.copyOf(SOURCE, N);
    float[] expected = map(roundTrip(codec.type(), values, null), x -> x * 64);
    float[] found = roundTrip(codec.type(), map(values, x -> x * 64), null);
    // Small scales are subnormal as f16, which costs some of their digits.
    assertTrue(error(expected, found, null) < 0.02, codec.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#encoders")
  void encodesFromAndToAnyPlace(BlockCodec codec) {
    TensorType type = codec.type();
    int count = 9 * N;
    float[] values = new float[count + 7];
    float[] importance = new float[count + 7];
    System.arraycopy(SOURCE, 0, values, 5, count);
    System.arraycopy(importance(count), 0, importance, 5, count);
    byte[] expected = encode(type, Arrays.copyOf(SOURCE, count), importance(count));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(expected.length + 6);
      codec.encode(values, 5, count, importance, target, 3);
      byte[] found = target.toArray(ValueLayout.JAVA_BYTE);
      assertArrayEquals(expected, Arrays.copyOfRange(found, 3, 3 + expected.length));
      for (int outside : new int[] {0, 1, 2, 3 + expected.length, 4 + expected.length, 5 + expected.length}) {
        assertEquals(0, found[outside], codec + " at " + outside);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#encoders")
  void manyThreadsGetTheSameBytes(BlockCodec codec) {
    byte[] expected = encode(codec.type(), SOURCE, null);
    IntStream.range(0, 8)
        .parallel()
        .forEach(i -> assertArrayEquals(expected, encode(codec.type(), SOURCE, null), codec.toString()));
  }

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#blockEncoders")
  void whatIsNotFiniteIsRefused(BlockCodec codec) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = Arrays.copyOf(SOURCE, N);
      values[N - 3] = bad;
      var e = assertThrows(TernException.class, () -> encode(codec.type(), values, null));
      assertEquals("Value 253 is " + bad + ": " + codec + " holds finite values only", e.getMessage());
    }
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1}) {
      float[] importance = importance(N);
      importance[2] = bad;
      var e = assertThrows(TernException.class, () -> encode(codec.type(), Arrays.copyOf(SOURCE, N), importance));
      assertTrue(e.getMessage().startsWith("Importance must be finite and not negative"), e.getMessage());
    }
  }

  @Test
  void floatsRoundToTheNearest() {
    float[] values = {1 + 0x1p-9f, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, -1 - 3 * 0x1p-8f, Float.MAX_VALUE, -0f, 0x1p-149f};
    float[] expected = {1, 1, 1 + 0x1p-6f, -1 - 0x1p-6f, 0x1.fep127f, -0f, 0};
    assertArrayEquals(expected, roundTrip(TensorType.BF16, values, null));
    float[] halves = {1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 70000, -1e30f, 0x1p-25f, 0x1.8p-24f};
    float[] expectedHalves = {1, 1 + 0x1p-9f, 65504, -65504, 0, 0x1p-23f};
    assertArrayEquals(expectedHalves, roundTrip(TensorType.F16, halves, null));
    float[] special = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (TensorType type : List.of(TensorType.F32, TensorType.F16, TensorType.BF16)) {
      assertArrayEquals(special, roundTrip(type, special, null), type.name());
    }
  }

  private static float[] noise() {
    Random random = new Random(3);
    return map(new float[N], x -> random.nextFloat(-1, 1));
  }
}
