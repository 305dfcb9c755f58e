package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.AttentionContract.filled;
import static dev.tern.kernel.simd.AttentionContract.held;
import static dev.tern.kernel.simd.AttentionContract.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.BlockSelection;
import dev.tern.kernel.BlockSelection.Summary;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.KeyValueStores;
import dev.tern.kernel.KvType;
import dev.tern.tensor.Activations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attention to chosen blocks, against the oracle that chooses from all keys. */
class BlockAttentionTest {
  private static final AttentionContract CONTRACT = new AttentionContract();
  private static final AttentionShape SHAPE = AttentionShape.of(4, 2, 16, 24);

  @AfterAll
  static void close() {
    CONTRACT.close();
  }

  private static KeyValueStore indexed(
      KvType type, AttentionShape shape, boolean latent, BlockSelection blocks, int length) {
    return filled(KeyValueStores.indexed(type, held(shape, latent), blocks), shape, length, 1);
  }

  @ParameterizedTest
  @EnumSource
  void sizesAndTops(KvType type) {
    int[][] cases = {
      {32, 1, 700}, {32, 5, 513}, {64, 2, 640}, {96, 2, 700}, {160, 1, 801}, {256, 1, 1025}, {32, 3, 160}
    };
    for (int[] c : cases) {
      for (Summary summary : Summary.values()) {
        BlockSelection blocks = new BlockSelection(c[0], c[1], summary);
        try (KeyValueStore store = indexed(type, SHAPE, false, blocks, c[2])) {
          CONTRACT.check(SHAPE, AttentionMask.of(blocks), store, 40, 1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shapes(KvType type) {
    BlockSelection blocks = new BlockSelection(32, 2, Summary.BOUNDS);
    for (int[] s : new int[][] {{1, 1, 64, 64}, {8, 8, 17, 33}, {5, 1, 80, 96}, {70, 1, 48, 24}, {3, 1, 1, 1}}) {
      AttentionShape shape = AttentionShape.of(s[0], s[1], s[2], s[3]);
      try (KeyValueStore store = indexed(type, shape, false, blocks, 300)) {
        CONTRACT.check(shape, AttentionMask.of(blocks), store, 10, 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void latentStores(KvType type) {
    BlockSelection blocks = new BlockSelection(32, 2, Summary.MEAN);
    AttentionShape shape = AttentionShape.of(5, 1, 40, 33);
    try (KeyValueStore store = indexed(type, shape, true, blocks, 300)) {
      CONTRACT.check(shape, AttentionMask.of(blocks), store, 10, 1);
    }
  }

  @Test
  void sinksAndSoftCap() {
    BlockSelection blocks = new BlockSelection(32, 2, Summary.MEAN);
    AttentionShape shape = new AttentionShape(4, 2, 64, 64, 0.3f, 5, new float[] {0, 5, -300, 300});
    try (KeyValueStore store = indexed(KvType.F16, shape, false, blocks, 300)) {
      CONTRACT.check(shape, AttentionMask.of(blocks), store, 10, 1);
    }
  }

  @Test
  void wholePromptsThatBeginWithAllBlocks() {
    BlockSelection blocks = new BlockSelection(32, 1, Summary.MEAN);
    try (KeyValueStore store = indexed(KvType.F32, SHAPE, false, blocks, 400)) {
      CONTRACT.check(SHAPE, AttentionMask.of(blocks), store, 400, 1);
    }
  }

  /** Queries in the middle of a longer store, as in a prompt whose keys are all there. */
  @Test
  void laterKeysDoNotMatter() {
    BlockSelection blocks = new BlockSelection(32, 1, Summary.MEAN);
    AttentionMask mask = AttentionMask.of(blocks);
    Activations q = random(3, 4 * 16, 1, 3);
    Activations expected = Activations.of(3, 4 * 24);
    Activations found = Activations.of(3, 4 * 24);
    try (KeyValueStore store = indexed(KvType.F32, SHAPE, false, blocks, 600)) {
      CONTRACT.threads.attend(SHAPE, mask, store, q, 0, 3, 250, found);
      store.truncate(253);
      CONTRACT.single.attend(SHAPE, mask, store, q, 0, 3, 250, expected);
    }
    assertArrayEquals(expected.data(), found.data(), 0f);
  }

  @ParameterizedTest
  @EnumSource
  void allBlocksAreFullAttention(KvType type) {
    BlockSelection blocks = new BlockSelection(32, 19, Summary.MEAN);
    Activations q = random(30, 4 * 16, 1, 3);
    Activations full = Activations.of(30, 4 * 24);
    Activations chosen = Activations.of(30, 4 * 24);
    try (KeyValueStore store = indexed(type, SHAPE, false, blocks, 670)) {
      CONTRACT.single.attend(SHAPE, AttentionMask.CAUSAL, store, q, 0, 30, 640, full);
      CONTRACT.single.attend(SHAPE, AttentionMask.of(blocks), store, q, 0, 30, 640, chosen);
      assertArrayEquals(full.data(), chosen.data(), 0f);
    }
  }

  @Test
  void whatIsNotChosenIsNotRead() {
    BlockSelection blocks = new BlockSelection(32, 1, Summary.MEAN);
    AttentionShape shape = AttentionShape.of(1, 1, 1, 1);
    Activations k = Activations.of(200, 1);
    Activations v = Activations.of(200, 1);
    for (int t = 0; t < 200; t++) {
      k.data()[t] = t / 32 == 3 ? 1 : 0;
      v.data()[t] = List.of(0, 3, 6).contains(t / 32) ? 1 : Float.NaN;
    }
    Activations q = Activations.of(1, 1);
    q.data()[0] = 1;
    Activations out = Activations.of(1, 1);
    try (KeyValueStore store = KeyValueStores.indexed(KvType.F32, held(shape, false), blocks)) {
      store.append(k, v, 0, 200);
      CONTRACT.single.attend(shape, AttentionMask.of(blocks), store, q, 0, 1, 199, out);
    }
    assertArrayEquals(new float[] {1}, out.data(), 1e-6f);
  }

  /** The index after cuts, copies and saving is that of a store filled at once. */
  @ParameterizedTest
  @EnumSource
  void indexFollowsTheKeys(KvType type) throws IOException {
    BlockSelection blocks = new BlockSelection(32, 2, Summary.BOUNDS);
    try (KeyValueStore expected = indexed(type, SHAPE, false, blocks, 500);
        KeyValueStore store = KeyValueStores.indexed(type, held(SHAPE, false), blocks);
        KeyValueStore restored = KeyValueStores.indexed(type, held(SHAPE, false), blocks)) {
      Activations k = random(500, 2 * 16, 1, 1);
      Activations v = random(500, 2 * 24, 1, 2);
      append(store, k, v, 0, 7);
      append(store, v(k), v, 7, 300);
      store.truncate(7);
      try (KeyValueStore branch = store.copy()) {
        append(branch, v(k), v, 7, 90);
        append(store, k, v, 7, 110);
      }
      for (int i = 110; i < 500; i++) {
        append(store, k, v, i, i + 1);
      }
      ByteArrayOutputStream saved = new ByteArrayOutputStream();
      store.save(saved);
      restored.restore(new ByteArrayInputStream(saved.toByteArray()));
      assertSame(expected, store, AttentionMask.of(blocks));
      assertSame(expected, restored, AttentionMask.of(blocks));
    }
  }

  private static void append(KeyValueStore store, Activations k, Activations v, int from, int to) {
    store.append(k, v, from, to - from);
  }

  /** Other keys of the same shape. */
  private static Activations v(Activations k) {
    return random(k.rows(), k.width(), 2, 99);
  }

  private static void assertSame(KeyValueStore expected, KeyValueStore found, AttentionMask mask) {
    Activations q = random(200, 4 * 16, 1, 3);
    Activations a = Activations.of(200, 4 * 24);
    Activations b = Activations.of(200, 4 * 24);
    CONTRACT.single.attend(SHAPE, mask, expected, q, 0, 200, 300, a);
    CONTRACT.single.attend(SHAPE, mask, found, q, 0, 200, 300, b);
    assertArrayEquals(a.data(), b.data(), 0f);
  }

  @Test
  void aStoreWithoutTheIndexIsRefused() {
    BlockSelection blocks = new BlockSelection(32, 2, Summary.MEAN);
    BlockSelection other = new BlockSelection(64, 2, Summary.MEAN);
    Activations q = random(1, 4 * 16, 1, 3);
    Activations out = Activations.of(1, 4 * 24);
    for (AttentionMask mask : List.of(AttentionMask.of(other), AttentionMask.of(blocks))) {
      KeyValueStore empty =
          mask.blocks() == other
              ? KeyValueStores.indexed(KvType.F32, held(SHAPE, false), blocks)
              : KeyValueStores.whole(KvType.F32, held(SHAPE, false));
      try (KeyValueStore store = filled(empty, SHAPE, 100, 1)) {
        assertThrows(
            IllegalArgumentException.class, () -> CONTRACT.single.attend(SHAPE, mask, store, q, 0, 1, 99, out));
      }
    }
  }
}
