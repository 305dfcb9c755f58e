package dev.tern.quant;

import static dev.tern.quant.RoundTrip.N;
import static dev.tern.quant.RoundTrip.encode;
import static dev.tern.quant.RoundTrip.error;
import static dev.tern.quant.RoundTrip.importance;
import static dev.tern.quant.RoundTrip.map;
import static dev.tern.quant.RoundTrip.roundTrip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EncodingTest {
  private static final float[] SOURCE = GoldenQuants.floats("source");

  @Test
  void theTypesThatCanBeWritten() {
    assertEquals(
        "F32 F16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS BF16 TQ2_0 MXFP4",
        String.join(" ", RoundTrip.encoders().map(codec -> codec.type().name()).toList()));
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "TQ2_0"})
  void isNoWorseThanTheReferenceEncoding(TensorType type) {
    byte[] reference = GoldenQuants.bytes("quantized." + type);
    float[] values = new float[SOURCE.length];
    Codecs.of(type).decode(MemorySegment.ofArray(reference), 0, values, 0, values.length);
    double error = error(SOURCE, roundTrip(type, SOURCE, null), null);
    double expected = error(SOURCE, values, null);
    assertTrue(error <= expected, type + ": expected at most " + expected + ", found " + error);
  }

  /** Bounds a few percent above what was reached when this was written. */
  @ParameterizedTest
  @CsvSource({
    "F32, 0",
    "F16, 0.00022",
    "BF16, 0.0018",
    "Q8_0, 0.0050",
    "Q6_K, 0.0171",
    "Q5_1, 0.0337",
    "Q5_K, 0.0352",
    "Q5_0, 0.0415",
    "Q4_1, 0.0715",
    "Q4_K, 0.0720",
    "IQ4_NL, 0.0765",
    "IQ4_XS, 0.0770",
    "Q4_0, 0.0835",
    "MXFP4, 0.113",
    "Q3_K, 0.146",
    "Q2_K, 0.264",
    "TQ2_0, 0.445"
  })
  void errorIsBounded(TensorType type, double bound) {
    double error = error(SOURCE, roundTrip(type, SOURCE, null), null);
    assertTrue(error <= bound, type + ": " + error);
  }

  @ParameterizedTest
  @CsvSource({
    "F32 F16 BF16 Q8_0 Q6_K Q5_K Q4_K Q3_K Q2_K TQ2_0",
    "Q8_0 Q5_1 Q5_0 Q4_1 Q4_0",
    "Q5_0 IQ4_NL IQ4_XS Q4_0 MXFP4"
  })
  void errorGrowsAsBitsGetFewer(String types) {
    double last = -1;
    for (String type : types.split(" ")) {
      double error = error(SOURCE, roundTrip(TensorType.valueOf(type), SOURCE, null), null);
      assertTrue(error > last, type + ": " + error + " is not above " + last);
      last = error;
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#blockEncoders")
  void importanceLowersTheWeightedError(BlockCodec codec) {
    float[] importance = importance(SOURCE.length);
    double plain = error(SOURCE, roundTrip(codec.type(), SOURCE, null), importance);
    double weighted = error(SOURCE, roundTrip(codec.type(), SOURCE, importance), importance);
    // A power of two is all that MXFP4 can choose.
    double bound = codec.type() == TensorType.MXFP4 ? plain : 0.99 * plain;
    assertTrue(weighted < bound, codec + ": " + weighted + " against " + plain);
  }

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#blockEncoders")
  void onlyTheProportionsOfImportanceMatter(BlockCodec codec) {
    float[] importance = importance(SOURCE.length);
    byte[] expected = encode(codec.type(), SOURCE, importance);
    for (int exponent : new int[] {-100, 100}) {
      float[] scaled = map(importance, w -> Math.scalb(w, exponent));
      assertArrayEquals(expected, encode(codec.type(), SOURCE, scaled), codec + " · 2^" + exponent);
    }
    float[] none = new float[SOURCE.length];
    assertArrayEquals(encode(codec.type(), SOURCE, null), encode(codec.type(), SOURCE, none), codec.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.tern.quant.RoundTrip#blockEncoders")
  void valuesWithoutImportanceStayNear(BlockCodec codec) {
    float[] importance = new float[SOURCE.length];
    for (int i = 0; i < importance.length; i++) {
      importance[i] = i % 64 == 5 ? 1 : 0;
    }
    double plain = error(SOURCE, roundTrip(codec.type(), SOURCE, null), null);
    double found = error(SOURCE, roundTrip(codec.type(), SOURCE, importance), null);
    assertTrue(found < 3 * plain, codec + ": " + found + " against " + plain);
  }

  /** What a type can hold exactly, it does: files that were quantized before lose nothing. */
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "F16", "BF16", "Q4_0", "Q5_0", "IQ4_NL", "MXFP4"})
  void decodedBlocksAreEncodedWithoutLoss(TensorType type) {
    try (GgufFile file = GoldenQuants.encoded()) {
      float[] values = GoldenQuants.floats(type.name());
      assertEquals(type, file.find(type.name()).orElseThrow().type());
      assertArrayEquals(values, roundTrip(type, values, null), 0, type.name());
    }
  }

  @Test
  void ternaryValuesAreEncodedWithoutLoss() {
    Random random = new Random(7);
    float[] values = new float[4 * N];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(3) - 1) * 0.03125f;
    }
    assertArrayEquals(values, roundTrip(TensorType.TQ2_0, values, null), 0);
  }
}
