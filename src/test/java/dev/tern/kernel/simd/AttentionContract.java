package dev.tern.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.kernel.AttentionKernels;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueShape;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.KeyValueStores;
import dev.tern.kernel.KvType;
import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.scalar.ScalarAttention;
import dev.tern.tensor.Activations;
import java.util.Random;

/** What every attention kernel must do, against the scalar oracle over the same stored values. */
final class AttentionContract implements AutoCloseable {
  private static final AttentionKernels ORACLE = new ScalarAttention();

  private final WorkerPool one = new WorkerPool(1);
  private final WorkerPool three = new WorkerPool(3);
  final AttentionKernels single = new SimdAttention(one);
  final AttentionKernels threads = new SimdAttention(three);

  @Override
  public void close() {
    one.close();
    three.close();
  }

  static Activations random(int rows, int width, double scale, long seed) {
    Activations x = Activations.of(rows, width);
    Random random = new Random(seed);
    for (int i = 0; i < rows * width; i++) {
      x.data()[i] = (float) (random.nextGaussian() * scale);
    }
    return x;
  }

  static KeyValueStore filled(KvType type, AttentionShape shape, boolean latent, int length, double scale) {
    return filled(KeyValueStores.whole(type, held(shape, latent)), shape, length, scale);
  }

  static KeyValueShape held(AttentionShape shape, boolean latent) {
    return new KeyValueShape(shape.kvHeads(), shape.keyWidth(), shape.valueWidth(), latent);
  }

  static KeyValueStore filled(KeyValueStore store, AttentionShape shape, int length, double scale) {
    store.append(
        random(length, shape.kvHeads() * shape.keyWidth(), scale, 1),
        random(length, shape.kvHeads() * shape.valueWidth(), 1, 2),
        0,
        length);
    return store;
  }

  private static void assertClose(Activations expected, Activations found, int rows, String what) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < rows * expected.width(); i++) {
      double difference = expected.data()[i] - found.data()[i];
      error += difference * difference;
      norm += (double) expected.data()[i] * expected.data()[i];
      assertTrue(Math.abs(difference) < 1e-3, what + " at " + i);
    }
    double relative = Math.sqrt(error / norm);
    assertTrue(relative < 5e-6, what + ": relative error " + relative);
  }

  /**
   * The last {@code count} positions at once, compared with the oracle; then in plain loops, one by one and in chunks,
   * bit for bit.
   */
  void check(AttentionShape shape, AttentionMask mask, KeyValueStore store, int count, double scale) {
    String what = store.type() + " " + shape + " " + mask + " " + store.length() + " " + count;
    int position = store.length() - count;
    Activations q = random(count, shape.heads() * shape.keyWidth(), scale, 3);
    Activations expected = Activations.of(count, shape.heads() * shape.valueWidth());
    Activations found = Activations.of(count, shape.heads() * shape.valueWidth());
    ORACLE.attend(shape, mask, store, q, 0, count, position, expected);
    FirstMoments.set(false);
    single.attend(shape, mask, store, q, 0, count, position, found);
    assertClose(expected, found, count, what);
    FirstMoments.set(true);
    Activations plain = Activations.of(count, shape.heads() * shape.valueWidth());
    threads.attend(shape, mask, store, q, 0, count, position, plain);
    FirstMoments.set(false);
    assertArrayEquals(found.data(), plain.data(), 0f, () -> what + " in plain loops");
    for (int chunk : new int[] {1, 7, count}) {
      Activations again = Activations.of(count, shape.heads() * shape.valueWidth());
      for (int i = 0; i < count; i += chunk) {
        threads.attend(shape, mask, store, q, i, Math.min(chunk, count - i), position + i, again);
      }
      assertArrayEquals(found.data(), again.data(), 0f, () -> what + " in chunks of " + chunk);
    }
  }
}
