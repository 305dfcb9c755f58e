package dev.tern.kernel.simd;

import static dev.tern.kernel.KeyValueLayout.PAGE;
import static dev.tern.kernel.KeyValueLayout.PANEL;
import static dev.tern.kernel.simd.AttentionPlan.BLOCK;
import static dev.tern.kernel.simd.AttentionPlan.SEGMENT;
import static dev.tern.kernel.simd.PanelProduct.ROWS;

import dev.tern.kernel.KeyValueLayout;
import dev.tern.kernel.KvType;
import java.util.Arrays;

/** What one worker computes with: a block of rows against one segment after the other. Reused. */
final class AttentionWorker {
  /** Floats from one row of scores to the next: not a power of two, which would crowd a few sets of the cache. */
  private static final int STRIDE = SEGMENT + 16;

  private static final int PANELS_OF_PAGE = PAGE / PANEL;
  private static final float[] ONES = new float[SEGMENT];

  static {
    Arrays.fill(ONES, 1);
  }

  /** Largest scores, sums of weights and weighted sums of values of the rows in the last segment. */
  final SoftmaxState part = new SoftmaxState();

  /** The same over all segments so far. */
  final SoftmaxState total = new SoftmaxState();

  private final PanelProduct product = new PanelProduct();
  private final LatentPanel latent = new LatentPanel();
  private final float[] scores = new float[BLOCK * STRIDE];
  private final float[] keyScales = new float[SEGMENT];
  private final float[] valueScales = new float[SEGMENT];
  private final float[] lanes = new float[16];
  private final float[] scratch = new float[1024];
  private final int[] panels = new int[BLOCK];
  private final int[] tilePanels = new int[BLOCK / ROWS];
  private float[] queries = new float[0];
  private int queryStride;

  private AttentionPlan plan;
  private int head;
  private int firstRow;
  private int rows;
  private int segment;

  /** Starts on the rows of a block of a key/value head. */
  void begin(AttentionPlan plan, int head, int block) {
    this.plan = plan;
    this.head = head;
    this.firstRow = block * BLOCK;
    this.rows = plan.rowsOf(block);
    loadQueries();
    int width = KeyValueLayout.groups(plan.shape.valueWidth()) * PANEL;
    part.resize(rows, width);
    total.resize(rows, width);
    if (plan.store.type() != KvType.Q8) {
      Arrays.fill(valueScales, PanelProduct.factor(plan.store.type()));
    }
    if (plan.keyType() != KvType.Q8) {
      Arrays.fill(keyScales, PanelProduct.factor(plan.keyType()));
    }
  }

  /** Copies the queries, scaled and if need be rotated, with zeros up to a multiple of four columns. */
  private void loadQueries() {
    int width = plan.shape.keyWidth();
    queryStride = (width + 3) & ~3;
    if (queries.length < BLOCK * queryStride) {
      queries = new float[BLOCK * queryStride];
    }
    for (int r = 0; r < rows; r++) {
      int to = r * queryStride;
      int from = queryAt(firstRow + r, width, plan.q.offset(plan.row + (firstRow + r) / plan.group));
      for (int i = 0; i < width; i++) {
        queries[to + i] = plan.q.data()[from + i] * plan.queryFactor;
      }
      Arrays.fill(queries, to + width, to + queryStride, 0);
      plan.store.codec().rotateKey(queries, to, scratch);
    }
  }

  private int queryAt(int row, int width, int rowAt) {
    return rowAt + (head * plan.group + row % plan.group) * width;
  }

  /** Computes the partial result of a segment; false if no row sees anything of it. */
  boolean attend(int segment) {
    this.segment = segment;
    int union = look();
    if (union == 0) {
      return false;
    }
    loadScales(union);
    score(union);
    for (int r = 0; r < rows; r++) {
      softmax(r);
    }
    sumValues(union);
    return true;
  }

  /** Finds the panels that each row and each tile of rows sees; returns those that any sees. */
  private int look() {
    Arrays.fill(tilePanels, 0);
    int union = 0;
    for (int r = 0; r < rows; r++) {
      panels[r] = plan.panels(plan.positionOf(firstRow + r), segment);
      tilePanels[r / ROWS] |= panels[r];
      union |= panels[r];
    }
    return union;
  }

  private void loadScales(int union) {
    if (plan.store.type() != KvType.Q8) {
      return;
    }
    KeyValueLayout layout = plan.store.layout();
    for (int page = 0; page < SEGMENT / PAGE; page++) {
      if ((union >> page * PANELS_OF_PAGE & 15) != 0) {
        var memory = plan.store.page(segment * (SEGMENT / PAGE) + page);
        if (plan.keyType() == KvType.Q8) {
          KeyValueLayout.copyScales(memory, layout.keyScale(head, 0), keyScales, page * PAGE);
        }
        KeyValueLayout.copyScales(memory, layout.valueScale(head, 0), valueScales, page * PAGE);
      }
    }
  }

  /** Raw scores of all panels, each met by all tiles that see it while it is in the cache. */
  private void score(int union) {
    product.a = queries;
    product.aStride = queryStride;
    product.c = scores;
    product.cStride = STRIDE;
    product.type = plan.keyType();
    product.steps = plan.shape.keyWidth();
    for (int bits = union; bits != 0; bits &= bits - 1) {
      int panel = Integer.numberOfTrailingZeros(bits);
      selectKeys(panel);
      for (int tile = 0; tile * ROWS < rows; tile++) {
        if ((tilePanels[tile] >> panel & 1) != 0) {
          scoreTile(tile, panel);
        }
      }
    }
  }

  private void selectKeys(int panel) {
    int page = segment * (SEGMENT / PAGE) + panel / PANELS_OF_PAGE;
    int slot = panel % PANELS_OF_PAGE * PANEL;
    if (plan.store.shape().latent()) {
      product.panel = latent.load(plan.store, page, slot);
      product.at = 0;
    } else {
      product.panel = plan.store.page(page);
      product.at = plan.store.layout().keyPanel(head, slot);
    }
  }

  private void scoreTile(int tile, int panel) {
    int count = Math.min(ROWS, rows - tile * ROWS);
    product.aAt = tile * ROWS * queryStride;
    product.cAt = tile * ROWS * STRIDE + panel * PANEL;
    for (int r = 0; r < count; r++) {
      Arrays.fill(scores, product.cAt + r * STRIDE, product.cAt + r * STRIDE + PANEL, 0);
    }
    product.run(count);
  }

  private void softmax(int r) {
    int at = r * STRIDE;
    int hidden = tilePanels[r / ROWS] & ~panels[r];
    for (; hidden != 0; hidden &= hidden - 1) {
      int from = at + Integer.numberOfTrailingZeros(hidden) * PANEL;
      Arrays.fill(scores, from, from + PANEL, 0);
    }
    part.max[r] = Float.NEGATIVE_INFINITY;
    part.sum[r] = 0;
    if (panels[r] == 0) {
      return;
    }
    float[] scales = keyScales;
    if (plan.shape.softCap() > 0) {
      SoftmaxKernels.softCap(scores, at, panels[r], keyScales, plan.capFactor());
      scales = ONES;
    }
    int position = plan.positionOf(firstRow + r);
    int start = segment * SEGMENT;
    int from = plan.mask.from(position) - start;
    int to = plan.mask.to(position, plan.store.length()) - start;
    int sinks = plan.mask.sinksTo(position) - start;
    float max = SoftmaxKernels.scale(scores, at, panels[r], scales, from, to, sinks);
    part.max[r] = max;
    part.sum[r] = SoftmaxKernels.weigh(scores, at, panels[r], max, valueScales, lanes);
  }

  /** Weighted sums of values: each panel of 32 columns is met by all tiles while it is in the cache. */
  private void sumValues(int union) {
    Arrays.fill(part.values, 0, rows * part.width, 0);
    product.a = scores;
    product.aStride = STRIDE;
    product.c = part.values;
    product.cStride = part.width;
    product.type = plan.store.type();
    for (int page = 0; page < SEGMENT / PAGE; page++) {
      if ((union >> page * PANELS_OF_PAGE & 15) == 0) {
        continue;
      }
      product.panel = plan.store.page(segment * (SEGMENT / PAGE) + page);
      for (int group = 0; group * PANEL < part.width; group++) {
        for (int tile = 0; tile * ROWS < rows; tile++) {
          sumTile(page, group, tile);
        }
      }
    }
  }

  /** Runs of neighbouring panels, up to the last position that the tile sees: what lies beyond may be stale. */
  private void sumTile(int page, int group, int tile) {
    KeyValueLayout layout = plan.store.layout();
    int count = Math.min(ROWS, rows - tile * ROWS);
    int last = plan.positionOf(firstRow + tile * ROWS + count - 1);
    int end = plan.mask.to(last, plan.store.length()) - segment * SEGMENT - page * PAGE;
    int bits = tilePanels[tile] >> page * PANELS_OF_PAGE & 15;
    while (bits != 0) {
      int first = Integer.numberOfTrailingZeros(bits);
      int panels = Integer.numberOfTrailingZeros(~(bits >> first));
      int slot = first * PANEL;
      product.steps = Math.min(panels * PANEL, end - slot);
      product.at = layout.valuePanel(head, group) + (long) slot * layout.stepBytes();
      product.aAt = tile * ROWS * STRIDE + page * PAGE + slot;
      product.cAt = tile * ROWS * part.width + group * PANEL;
      product.run(count);
      bits &= -1 << first + panels;
    }
  }

  /** Adds the last segment to the total. */
  void mergePart() {
    for (int r = 0; r < rows; r++) {
      total.merge(r, part.max[r], part.sum[r], part.values, r * part.width);
    }
  }

  /** Writes the result of the rows to the output. */
  void finish() {
    int width = plan.shape.valueWidth();
    for (int r = 0; r < rows; r++) {
      int headOfRow = head * plan.group + (firstRow + r) % plan.group;
      float factor = plan.shape.sinkLogits() == null ? 1 : total.addSink(r, plan.sink(headOfRow));
      factor *= PanelProduct.factor(plan.store.type()) / total.sum[r];
      int to = plan.out.offset(plan.row + (firstRow + r) / plan.group) + headOfRow * width;
      float[] out = plan.out.data();
      for (int i = 0; i < width; i++) {
        out[to + i] = total.values[r * total.width + i] * factor;
      }
      plan.store.codec().restoreValue(out, to, scratch);
    }
  }
}
