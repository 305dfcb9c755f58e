package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PANEL;

import dev.tern.kernel.KeyValueLayout;
import dev.tern.kernel.KeyValueShape;
import dev.tern.kernel.PagedStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Keys of a latent store as a panel of floats. They are stored as values, steps along the positions; for scores the
 * lanes must be the positions. The many query heads that share them pay for the turn.
 */
final class LatentPanel {
  private final float[] column = new float[KeyValueShape.MAX_WIDTH];
  private MemorySegment panel = Arena.ofAuto().allocate(0, 64);

  /** A panel {@code [keyWidth][32]} of the 32 positions from {@code slot} of a page; valid until the next call. */
  MemorySegment load(PagedStore store, int page, int slot) {
    KeyValueLayout layout = store.layout();
    int width = layout.shape().keyWidth();
    if (panel.byteSize() < (long) width * PANEL * Float.BYTES) {
      panel = Arena.ofAuto().allocate((long) width * PANEL * Float.BYTES, 64);
    }
    for (int lane = 0; lane < PANEL; lane++) {
      store.codec().storedKey(store.page(page), 0, slot + lane, column);
      for (int i = 0; i < width; i++) {
        panel.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * PANEL + lane, column[i]);
      }
    }
    return panel;
  }
}
