package dev.tern.kernel.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionMask.Kind;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueShape;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.KeyValueStores;
import dev.tern.kernel.KvType;
import dev.tern.tensor.Activations;
import org.junit.jupiter.api.Test;

/** Cases small enough to work out by hand: keys are zero, so the output is the mean of the visible values. */
class ScalarAttentionTest {
  private final ScalarAttention kernels = new ScalarAttention();

  /** Output of the last of {@code length} positions, or of position {@code p}, with values 0, 1, 2, … */
  private float attend(AttentionMask mask, float[] sinkLogits, int length, int p) {
    AttentionShape shape = new AttentionShape(1, 1, 2, 1, 1, 0, sinkLogits);
    Activations k = Activations.of(length, 2);
    Activations v = Activations.of(length, 1);
    for (int t = 0; t < length; t++) {
      v.data()[t] = t;
    }
    try (KeyValueStore store = KeyValueStores.whole(KvType.F32, KeyValueShape.of(1, 2, 1))) {
      store.append(k, v, 0, length);
      Activations out = Activations.of(1, 1);
      kernels.attend(shape, mask, store, Activations.of(1, 2), 0, 1, p, out);
      return out.data()[0];
    }
  }

  @Test
  void masks() {
    assertEquals(3f, attend(AttentionMask.CAUSAL, null, 10, 6));
    assertEquals(4.5f, attend(AttentionMask.FULL, null, 10, 6));
    assertEquals(5f, attend(new AttentionMask(Kind.WINDOW, 3, 0), null, 10, 6));
    assertEquals((0 + 4 + 5 + 6) / 4f, attend(new AttentionMask(Kind.WINDOW, 3, 1), null, 10, 6));
    assertEquals(5f, attend(new AttentionMask(Kind.CHUNK, 4, 0), null, 10, 6));
    assertEquals(6f, attend(new AttentionMask(Kind.LOCAL, 2, 0), null, 10, 6));
    assertEquals(8f, attend(new AttentionMask(Kind.LOCAL, 2, 0), null, 10, 9));
  }

  @Test
  void learnedSinkTakesItsShare() {
    assertEquals(21 / 8f, attend(AttentionMask.CAUSAL, new float[] {0}, 10, 6), 1e-6);
    assertEquals(0f, attend(AttentionMask.CAUSAL, new float[] {200}, 10, 6), 1e-6);
  }

  @Test
  void softmaxAndSoftCap() {
    Activations k = Activations.of(2, 1);
    k.data()[1] = 1;
    for (float cap : new float[] {0, 2}) {
      AttentionShape shape = new AttentionShape(1, 1, 1, 1, 0.5f, cap, null);
      try (KeyValueStore store = KeyValueStores.whole(KvType.F32, KeyValueShape.of(1, 1, 1))) {
        store.append(k, k, 0, 2);
        Activations q = Activations.of(1, 1);
        q.data()[0] = 6;
        Activations out = Activations.of(1, 1);
        kernels.attend(shape, AttentionMask.CAUSAL, store, q, 0, 1, 1, out);
        double score = cap == 0 ? 3 : 2 * Math.tanh(1.5);
        assertEquals(1 / (1 + Math.exp(-score)), out.data()[0], 1e-6);
      }
    }
  }

  @Test
  void refusesWhatTheStoreForgot() {
    Activations k = Activations.of(1000, 1);
    AttentionShape shape = AttentionShape.of(1, 1, 1, 1);
    Activations x = Activations.of(1, 1);
    try (KeyValueStore store = KeyValueStores.ring(KvType.F32, KeyValueShape.of(1, 1, 1), 10, 0)) {
      store.append(k, k, 0, 999);
      store.append(k, k, 999, 1);
      kernels.attend(shape, new AttentionMask(Kind.WINDOW, 10, 0), store, x, 0, 1, 999, x);
      assertThrows(
          IllegalArgumentException.class, () -> kernels.attend(shape, AttentionMask.CAUSAL, store, x, 0, 1, 999, x));
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.attend(shape, new AttentionMask(Kind.WINDOW, 10, 0), store, x, 0, 1, 1000, x));
    }
  }
}
