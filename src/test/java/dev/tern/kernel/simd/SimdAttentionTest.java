package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.AttentionContract.filled;
import static dev.tern.kernel.simd.AttentionContract.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionMask.Kind;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueShape;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.KeyValueStores;
import dev.tern.kernel.KvType;
import dev.tern.tensor.Activations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of attention kernels, against the scalar oracle over the same stored values. */
class SimdAttentionTest {
  private static final AttentionContract CONTRACT = new AttentionContract();

  @AfterAll
  static void close() {
    CONTRACT.close();
  }

  private static void check(AttentionShape shape, AttentionMask mask, KeyValueStore store, int count, double scale) {
    CONTRACT.check(shape, mask, store, count, scale);
  }

  private static List<AttentionMask> masks() {
    List<AttentionMask> masks = new ArrayList<>(List.of(AttentionMask.CAUSAL, AttentionMask.FULL));
    for (int size : new int[] {1, 3, 32, 100, 513}) {
      masks.add(new AttentionMask(Kind.WINDOW, size, 0));
      masks.add(new AttentionMask(Kind.WINDOW, size, 5));
      masks.add(new AttentionMask(Kind.CHUNK, size, 0));
      masks.add(new AttentionMask(Kind.LOCAL, size, 0));
    }
    masks.add(new AttentionMask(Kind.LOCAL, 0, 40));
    masks.add(new AttentionMask(Kind.CHUNK, 64, 70));
    return masks;
  }

  @ParameterizedTest
  @EnumSource
  void masksAndLengths(KvType type) {
    AttentionShape shape = AttentionShape.of(4, 2, 16, 16);
    for (int length : new int[] {1, 31, 33, 129, 700}) {
      try (KeyValueStore store = filled(type, shape, false, length, 1)) {
        for (AttentionMask mask : masks()) {
          check(shape, mask, store, Math.min(length, 9), 1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shapes(KvType type) {
    int[][] shapes = {
      {1, 1, 64, 64},
      {3, 1, 1, 1},
      {8, 8, 17, 33},
      {5, 1, 80, 96},
      {9, 3, 128, 128},
      {16, 1, 256, 256},
      {6, 2, 192, 128},
      {7, 1, 31, 65},
      {2, 2, 576, 512},
      {70, 1, 48, 24}
    };
    for (int[] s : shapes) {
      AttentionShape shape = AttentionShape.of(s[0], s[1], s[2], s[3]);
      try (KeyValueStore store = filled(type, shape, false, 77, 1)) {
        check(shape, AttentionMask.CAUSAL, store, 10, 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void latentStores(KvType type) {
    for (int[] s : new int[][] {{16, 576, 512}, {5, 40, 33}, {3, 16, 16}}) {
      AttentionShape shape = AttentionShape.of(s[0], 1, s[1], s[2]);
      try (KeyValueStore store = filled(type, shape, true, 150, 1)) {
        check(shape, AttentionMask.CAUSAL, store, 5, 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void wholePrompts(KvType type) {
    AttentionShape shape = AttentionShape.of(2, 1, 32, 32);
    try (KeyValueStore store = filled(type, shape, false, 150, 1)) {
      check(shape, AttentionMask.CAUSAL, store, 150, 1);
      check(shape, new AttentionMask(Kind.WINDOW, 50, 3), store, 150, 1);
      check(shape, AttentionMask.FULL, store, 150, 1);
    }
  }

  @Test
  void longContextsAreSplit() {
    AttentionShape shape = AttentionShape.of(4, 1, 32, 32);
    for (KvType type : KvType.values()) {
      try (KeyValueStore store = filled(type, shape, false, 1300, 1)) {
        check(shape, AttentionMask.CAUSAL, store, 2, 1);
        check(shape, new AttentionMask(Kind.WINDOW, 500, 513), store, 2, 1);
      }
    }
  }

  @Test
  void softCapAndSinks() {
    float[] sinks = {0, 5, -300, 300};
    for (KvType type : KvType.values()) {
      for (float cap : new float[] {0, 5, 50}) {
        AttentionShape shape = new AttentionShape(4, 2, 64, 64, 0.3f, cap, sinks);
        try (KeyValueStore store = filled(type, shape, false, 300, 1)) {
          check(shape, AttentionMask.CAUSAL, store, 3, 1);
          check(shape, new AttentionMask(Kind.WINDOW, 128, 0), store, 3, 2);
        }
      }
    }
  }

  @Test
  void extremeScores() {
    for (KvType type : KvType.values()) {
      for (double scale : new double[] {0, 1e-20, 1e-4, 60, 3000}) {
        AttentionShape shape = AttentionShape.of(2, 1, 64, 64);
        try (KeyValueStore store = filled(type, shape, false, 200, Math.min(scale, 3000))) {
          double queries = scale > 100 ? 1 : scale;
          check(shape, AttentionMask.CAUSAL, store, 3, queries);
        }
      }
    }
  }

  @Test
  void ringEqualsWholeStoreWithMask() {
    compareRing(KvType.F32, new AttentionMask(Kind.WINDOW, 70, 4));
    compareRing(KvType.Q8, new AttentionMask(Kind.CHUNK, 70, 0));
  }

  private void compareRing(KvType type, AttentionMask mask) {
    AttentionShape shape = AttentionShape.of(2, 1, 24, 24);
    KeyValueShape held = KeyValueShape.of(1, 24, 24);
    int[] chunks = {5, 130, 1, 1, 63, 64, 1, 90, 2, 1};
    try (KeyValueStore whole = KeyValueStores.whole(type, held);
        KeyValueStore ring = KeyValueStores.ring(type, held, 70, 4)) {
      for (int i = 0; i < chunks.length; i++) {
        int position = whole.length();
        Activations q = random(chunks[i], 2 * 24, 1, i);
        Activations k = random(chunks[i], 24, 1, 100 + i);
        Activations a = Activations.of(chunks[i], 2 * 24);
        Activations b = Activations.of(chunks[i], 2 * 24);
        whole.append(k, k, 0, chunks[i]);
        ring.append(k, k, 0, chunks[i]);
        CONTRACT.single.attend(shape, mask, whole, q, 0, chunks[i], position, a);
        CONTRACT.threads.attend(shape, mask, ring, q, 0, chunks[i], position, b);
        assertArrayEquals(a.data(), b.data(), 0f);
      }
      assertTrue(ring.bytes() < whole.bytes());
    }
  }

  @Test
  void staleValuesBehindTheEndDoNotLeakIn() {
    AttentionShape shape = AttentionShape.of(2, 1, 16, 16);
    for (KvType type : List.of(KvType.F32, KvType.BF16)) {
      try (KeyValueStore store = filled(type, shape, false, 40, 1)) {
        Activations q = random(1, 32, 1, 5);
        Activations expected = Activations.of(1, 32);
        CONTRACT.single.attend(shape, AttentionMask.FULL, store, q, 0, 1, 39, expected);
        Activations poison = Activations.of(20, 16);
        Arrays.fill(poison.data(), Float.NaN);
        store.append(poison, poison, 0, 20);
        store.truncate(40);
        Activations found = Activations.of(1, 32);
        CONTRACT.single.attend(shape, AttentionMask.FULL, store, q, 0, 1, 39, found);
        assertArrayEquals(expected.data(), found.data(), 0f);
      }
    }
  }
}
