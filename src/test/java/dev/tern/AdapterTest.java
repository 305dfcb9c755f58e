package dev.tern;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Adapters through the public API. */
class AdapterTest {
  private static final Path BASE = Shared.resource("golden/checkpoints/llama/model.gguf");
  private static final Path LORA = Shared.resource("golden/adapters/lora-r4");
  private static final ModelOptions EXACT = ModelOptions.DEFAULT.withActivations(ModelOptions.Precision.F32);
  private static final SessionOptions CACHE = SessionOptions.DEFAULT.withCache(SessionOptions.CacheType.F32);

  private static float[] logits(Model model, SessionOptions options) {
    try (Session session = model.session(options)) {
      return session.logits(5, 6, 7, 8);
    }
  }

  @Test
  void attachedDetachedAndForked() {
    try (Model model = Model.load(BASE, EXACT);
        Adapter adapter = model.loadAdapter(LORA)) {
      float[] plain = logits(model, CACHE);
      float[] adapted = logits(model, CACHE.withAdapter(adapter));
      assertFalse(Arrays.equals(plain, adapted));
      try (Session session = model.session(CACHE)) {
        session.attach(adapter, 0.5f);
        session.attach(adapter);
        assertEquals(Map.of(adapter, 1f), session.adapters());
        try (Session fork = session.fork()) {
          assertEquals(Map.of(adapter, 1f), fork.adapters());
          assertArrayEquals(adapted, fork.logits(5, 6, 7, 8));
        }
        session.detach(adapter);
        assertArrayEquals(plain, session.logits(5, 6, 7, 8));
      }
      assertArrayEquals(plain, logits(model, CACHE.withAdapter(adapter, 0)), 1e-6f);
    }
  }

  @Test
  void mergedAtLoad() {
    Merging merging = Merging.NONE.with(LORA, 0.7f).into(Merging.Type.F32);
    try (Model base = Model.load(BASE, EXACT);
        Adapter adapter = base.loadAdapter(LORA);
        Model merged = Model.load(BASE, EXACT.withMerging(merging))) {
      assertArrayEquals(logits(base, CACHE.withAdapter(adapter, 0.7f)), logits(merged, CACHE), 1e-3f);
    }
  }

  @Test
  void ofAnotherModelOrClosed() {
    try (Model model = Model.load(BASE);
        Model other = Model.load(BASE);
        Session session = other.session()) {
      Adapter adapter = model.loadAdapter(LORA);
      String message = assertThrows(TernException.class, () -> session.attach(adapter)).getMessage();
      assertTrue(message.contains("lora-r4"), message);
      assertThrows(TernException.class, () -> model.session(CACHE.withAdapter(adapter, Float.NaN)));
      adapter.close();
      assertThrows(TernException.class, () -> model.session(CACHE.withAdapter(adapter)));
      assertEquals(Map.of(), session.adapters());
    }
  }

  /** Closing the model ends its adapters, and closing those again does no harm. */
  @Test
  void modelIsClosedFirst() {
    Adapter adapter;
    try (Model model = Model.load(BASE)) {
      adapter = model.loadAdapter(LORA);
      model.session(CACHE.withAdapter(adapter));
    }
    adapter.close();
  }
}
