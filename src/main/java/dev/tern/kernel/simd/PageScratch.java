package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PAGE;

import dev.tern.kernel.KeyValueLayout;
import dev.tern.kernel.KvType;
import dev.tern.kernel.PagedStore;
import java.util.Arrays;

/** What a worker needs while it meets one page after the other. */
final class PageScratch {
  static final float[] ONES = new float[PAGE];
  static final float[] ZEROS = new float[32];

  static {
    Arrays.fill(ONES, 1);
  }

  final PanelProduct product = new PanelProduct();
  final LatentPanel latent = new LatentPanel();
  final float[] vector = new float[1024];

  /** Scores of the rows of one block with a page, row after row: few enough to stay in the first cache. */
  float[] scores = new float[0];

  private final float[] keyScales = new float[PAGE];
  private final float[] valueScales = new float[PAGE];

  void reserveScores(int rows) {
    if (scores.length < rows * PAGE) {
      scores = new float[rows * PAGE];
    }
  }

  /** Factors of the raw scores of a page, position by position. */
  float[] keyScales(AttentionPlan plan, int page, int head) {
    long at = plan.store.layout().keyScale(head, 0);
    return scales(plan.keyType(), plan.store, page, at, keyScales);
  }

  /** Factors of the weights of a page, position by position. */
  float[] valueScales(AttentionPlan plan, int page, int head) {
    long at = plan.store.layout().valueScale(head, 0);
    return scales(plan.store.type(), plan.store, page, at, valueScales);
  }

  private static float[] scales(KvType type, PagedStore store, int page, long at, float[] scales) {
    if (type != KvType.Q8) {
      Arrays.fill(scales, PanelProduct.factor(type));
      return scales;
    }
    KeyValueLayout.copyScales(store.page(page), at, scales, 0);
    int end = Math.min(PAGE, store.length() - page * PAGE);
    Arrays.fill(scales, end, PAGE, 1); // what is behind the end may be stale, NaN for example
    return scales;
  }
}
