package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.tensor.Activations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyValueStoreTest {
  private static final int HEADS = 3;

  static Activations random(int rows, int width, long seed) {
    Activations x = Activations.of(rows, width);
    Random random = new Random(seed);
    for (int i = 0; i < rows * width; i++) {
      x.data()[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static float tolerance(KvType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 0.0005f;
      case BF16 -> 0.004f;
      case Q8 -> 0.02f;
    };
  }

  private static void assertRow(float[] expected, int at, float[] found, float relative) {
    float[] wanted = Arrays.copyOfRange(expected, at, at + found.length);
    float norm = 0;
    float error = 0;
    for (int i = 0; i < found.length; i++) {
      norm += wanted[i] * wanted[i];
      error += (wanted[i] - found[i]) * (wanted[i] - found[i]);
    }
    assertTrue(error <= relative * relative * norm, () -> Arrays.toString(wanted) + Arrays.toString(found));
  }

  private static void assertHolds(KeyValueStore store, Activations k, Activations v, int from, int to) {
    float[] key = new float[store.shape().keyWidth()];
    float[] value = new float[store.shape().valueWidth()];
    for (int t = from; t < to; t++) {
      for (int head = 0; head < store.shape().kvHeads(); head++) {
        store.key(t, head, key, 0);
        assertRow(k.data(), k.offset(t) + head * key.length, key, tolerance(store.type()));
        store.value(t, head, value, 0);
        Activations source = store.shape().latent() ? k : v;
        assertRow(source.data(), source.offset(t) + head * value.length, value, 1.5f * tolerance(store.type()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void returnsWhatWasAppended(KvType type) {
    for (int[] widths : new int[][] {{16, 16}, {64, 64}, {37, 51}, {80, 1}, {96, 33}, {1, 7}, {192, 128}}) {
      Activations k = random(150, HEADS * widths[0], 1);
      Activations v = random(150, HEADS * widths[1], 2);
      try (KeyValueStore store = KeyValueStores.whole(type, KeyValueShape.of(HEADS, widths[0], widths[1]))) {
        store.append(k, v, 0, 1);
        store.append(k, v, 1, 130);
        store.append(k, v, 131, 19);
        assertEquals(150, store.length());
        assertHolds(store, k, v, 0, 150);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void latentValuesAreTheStartOfTheKeys(KvType type) {
    Activations k = random(40, 576, 3);
    try (KeyValueStore store = KeyValueStores.whole(type, KeyValueShape.latent(576, 512))) {
      store.append(k, null, 0, 40);
      assertHolds(store, k, null, 0, 40);
      assertTrue(store.bytes() <= 128L * (576 * type.bytes() + 8));
    }
  }

  @Test
  void halvesSaturateAndBrainFloatsKeepInfinityAndNan() {
    float[] extremes = {1e30f, -1e30f, 65504, 1e-8f, 0, -0f, Float.MIN_VALUE, 5.96e-8f};
    Activations k = Activations.of(1, extremes.length);
    System.arraycopy(extremes, 0, k.data(), 0, extremes.length);
    float[] found = new float[extremes.length];
    try (KeyValueStore store = KeyValueStores.whole(KvType.F16, KeyValueShape.of(1, 8, 8))) {
      store.append(k, k, 0, 1);
      store.key(0, 0, found, 0);
      assertArrayEquals(new float[] {65504, -65504, 65504, 0, 0, -0f, 0, 5.9604645e-8f}, found);
    }
    k.data()[0] = Float.NaN;
    k.data()[1] = Float.NEGATIVE_INFINITY;
    try (KeyValueStore store = KeyValueStores.whole(KvType.BF16, KeyValueShape.of(1, 8, 8))) {
      store.append(k, k, 0, 1);
      store.key(0, 0, found, 0);
      assertTrue(Float.isNaN(found[0]));
      assertEquals(Float.NEGATIVE_INFINITY, found[1]);
    }
  }

  @Test
  void eightBitsSurviveZerosOutliersAndTinyValues() {
    Activations k = Activations.of(4, 64);
    Arrays.fill(k.data(), 0);
    Arrays.fill(k.data(), 64, 128, 7);
    k.data()[128 + 5] = 1e20f;
    Arrays.fill(k.data(), 192, 256, 1e-40f);
    float[] found = new float[64];
    try (KeyValueStore store = KeyValueStores.whole(KvType.Q8, KeyValueShape.of(1, 64, 64))) {
      store.append(k, k, 0, 4);
      store.key(0, 0, found, 0);
      assertArrayEquals(new float[64], found, 0f);
      store.value(1, 0, found, 0);
      assertRow(k.data(), 64, found, 0.02f);
      store.key(2, 0, found, 0);
      assertRow(k.data(), 128, found, 0.02f);
      store.key(3, 0, found, 0);
      assertArrayEquals(new float[64], found, 1e-38f);
    }
  }

  @Test
  void truncatesAndAppendsAgain() {
    Activations k = random(400, HEADS * 8, 4);
    Activations other = random(400, HEADS * 8, 5);
    try (KeyValueStore store = KeyValueStores.whole(KvType.F32, KeyValueShape.of(HEADS, 8, 8))) {
      store.append(k, k, 0, 400);
      long full = store.bytes();
      assertTrue(store.canTruncate(130));
      store.truncate(130);
      assertTrue(store.bytes() < full);
      assertHolds(store, k, k, 0, 130);
      store.append(other, other, 130, 270);
      assertHolds(store, k, k, 0, 130);
      assertHolds(store, other, other, 130, 400);
      store.truncate(0);
      assertEquals(0, store.bytes());
      assertFalse(store.canTruncate(1));
      assertThrows(IllegalStateException.class, () -> store.truncate(-1));
    }
  }

  @Test
  void copiesShareUntilOneChanges() {
    Activations k = random(300, HEADS * 8, 6);
    Activations other = random(300, HEADS * 8, 7);
    KeyValueStore store = KeyValueStores.whole(KvType.F32, KeyValueShape.of(HEADS, 8, 8));
    store.append(k, k, 0, 200);
    try (KeyValueStore copy = store.copy()) {
      copy.append(other, other, 200, 100);
      store.append(k, k, 200, 50);
      assertHolds(store, k, k, 0, 250);
      store.truncate(10);
      store.append(other, other, 10, 5);
      assertHolds(copy, k, k, 0, 200);
      assertHolds(copy, other, other, 200, 300);
      store.close();
      assertHolds(copy, k, k, 0, 200);
      assertHolds(copy, other, other, 200, 300);
    }
    store.close();
    assertThrows(IllegalStateException.class, () -> store.append(k, k, 0, 1));
  }

  @Test
  void ringHoldsItsWindowOnly() {
    Activations k = random(1, HEADS * 8, 8);
    try (KeyValueStore store = KeyValueStores.ring(KvType.F32, KeyValueShape.of(HEADS, 8, 8), 100, 4)) {
      long page = 0;
      for (int t = 0; t < 2000; t++) {
        store.append(k, k, 0, 1);
        page = t == 0 ? store.bytes() : page;
        assertTrue(store.bytes() <= 3 * page, "sinks and at most two pages of the window");
        assertTrue(store.holds(Math.max(0, t - 99), t + 1));
        assertTrue(store.holds(0, Math.min(4, t + 1)));
      }
      assertFalse(store.holds(300, 301));
      assertFalse(store.holds(0, 2000));
      assertThrows(IllegalArgumentException.class, () -> store.key(300, 0, new float[8], 0));
      assertTrue(store.canTruncate(1999));
      assertFalse(store.canTruncate(1800));
      assertThrows(IllegalStateException.class, () -> store.truncate(1800));
      assertTrue(store.canTruncate(128));
      store.truncate(128);
      assertTrue(store.holds(0, 128));
    }
  }

  @ParameterizedTest
  @EnumSource
  void restoresWhatItSaved(KvType type) throws IOException {
    Activations k = random(700, HEADS * 8, 9);
    KeyValueShape shape = KeyValueShape.of(HEADS, 8, 8);
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    try (KeyValueStore store = KeyValueStores.ring(type, shape, 200, 4);
        KeyValueStore other = KeyValueStores.ring(type, shape, 200, 4);
        KeyValueStore whole = KeyValueStores.whole(type, shape)) {
      store.append(k, k, 0, 600);
      store.append(k, k, 600, 50);
      store.save(saved);
      byte[] bytes = saved.toByteArray();
      other.append(k, k, 0, 3);
      other.restore(new ByteArrayInputStream(bytes));
      assertEquals(650, other.length());
      assertFalse(other.holds(200, 201));
      assertHolds(other, k, k, 450, 650);
      other.append(k, k, 650, 50);
      assertHolds(other, k, k, 500, 700);
      assertThrows(IOException.class, () -> whole.restore(new ByteArrayInputStream(bytes)));
      byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
      assertThrows(IOException.class, () -> other.restore(new ByteArrayInputStream(half)));
      assertEquals(0, other.length());
      bytes[39] = 77;
      assertThrows(IOException.class, () -> other.restore(new ByteArrayInputStream(bytes)));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    Activations k = random(4, 16, 10);
    try (KeyValueStore store = KeyValueStores.whole(KvType.F32, KeyValueShape.of(2, 8, 4))) {
      assertThrows(IllegalArgumentException.class, () -> store.append(k, k, 0, 4));
      Activations v = random(4, 8, 11);
      assertThrows(IllegalArgumentException.class, () -> store.append(k, v, 2, 3));
      assertThrows(IllegalArgumentException.class, () -> KeyValueShape.of(0, 8, 8));
      assertThrows(IllegalArgumentException.class, () -> KeyValueShape.of(1, 1025, 8));
      assertThrows(IllegalArgumentException.class, () -> KeyValueShape.latent(8, 16));
      assertThrows(IllegalArgumentException.class, () -> KeyValueStores.ring(KvType.F32, store.shape(), 0, 0));
    }
  }
}
