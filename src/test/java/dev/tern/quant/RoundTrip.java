package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.Stream;

/** Encoding and decoding again. */
final class RoundTrip {
  /** One block of the largest block size, so that every type gets whole blocks. */
  static final int N = 256;

  private RoundTrip() {}

  static Stream<BlockCodec> encoders() {
    return Codecs.types().stream().map(Codecs::of).filter(BlockCodec::encodes);
  }

  /** Those with an error to distribute. */
  static Stream<BlockCodec> blockEncoders() {
    return encoders().filter(codec -> codec.type().blockSize() > 1);
  }

  static byte[] encode(TensorType type, float[] values, float[] importance) {
    byte[] bytes = new byte[(int) type.bytes(values.length)];
    Codecs.of(type).encode(values, 0, values.length, importance, MemorySegment.ofArray(bytes), 0);
    return bytes;
  }

  static float[] roundTrip(TensorType type, float[] values, float[] importance) {
    float[] decoded = new float[values.length];
    MemorySegment encoded = MemorySegment.ofArray(encode(type, values, importance));
    Codecs.of(type).decode(encoded, 0, decoded, 0, decoded.length);
    return decoded;
  }

  /** Relative root of the weighted mean square. */
  static double error(float[] expected, float[] found, float[] importance) {
    double error = 0;
    double power = 0;
    for (int i = 0; i < expected.length; i++) {
      double weight = importance == null ? 1 : importance[i];
      double difference = (double) found[i] - expected[i];
      error += weight * difference * difference;
      power += weight * expected[i] * expected[i];
    }
    return Math.sqrt(error / power);
  }

  interface Function {
    float of(float x);
  }

  static float[] map(float[] values, Function function) {
    float[] mapped = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      mapped[i] = function.of(values[i]);
    }
    return mapped;
  }

  static float[] filled(float value) {
    return map(new float[N], x -> value);
  }

  static float[] alternating(float even, float odd) {
    float[] values = filled(even);
    for (int i = 1; i < N; i += 2) {
      values[i] = odd;
    }
    return values;
  }

  static float[] importance(int n) {
    Random random = new Random(5);
    return map(new float[n], x -> (float) Math.exp(random.nextGaussian()));
  }
}
