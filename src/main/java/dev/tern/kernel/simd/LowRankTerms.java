package dev.tern.kernel.simd;

import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Term;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Layout;
import dev.tern.quant.LowRank;
import dev.tern.quant.Weights;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The low-rank terms of a list of products. The wide matrices are cut into items that workers take as they come; sums
 * of an item are kept apart and added in order, so that the result does not depend on who took what. When all items are
 * done, rows of the tall matrices are added to outputs.
 */
final class LowRankTerms {
  /** Columns of a half that make an item: 32 kB of 16-bit values. */
  private static final int COLUMNS = 512;

  /** Rows of activations of an item at most. */
  private static final int ROWS = 32;

  /** What one worker computes with. */
  private static final class Worker {
    final LowRankCall call = new LowRankCall();

    /** A row of activations with a zero behind. */
    float[] odd = new float[0];

    /** A row of low rank. */
    float[] low = new float[0];

    /** The last panel of an output, where that is not whole. */
    final float[] rest = new float[Layout.PANEL];
  }

  private final Worker[] workers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  /** Where the items of each term start, and in {@link #sums} its sums {@code [row][panel][chunk][16]}. */
  private int[] itemsAt = new int[1];

  private int[] sumsAt = new int[1];
  private float[] sums = new float[0];
  private Products products;
  private int count;

  LowRankTerms(int workers) {
    this.workers = new Worker[workers];
    Arrays.setAll(this.workers, _ -> new Worker());
  }

  /** Says what is to be done; by the thread that then starts the workers. */
  void start(Products products) {
    this.products = products;
    count = products.terms();
    if (itemsAt.length <= count) {
      itemsAt = new int[2 * count + 1];
      sumsAt = new int[2 * count + 1];
    }
    for (int i = 0; i < count; i++) {
      Term term = products.term(i);
      int tiles = term.weights.panels() * chunks(term.weights);
      itemsAt[i + 1] = itemsAt[i] + tiles * Math.ceilDiv(term.rows, ROWS);
      sumsAt[i + 1] = Math.addExact(sumsAt[i], Math.multiplyExact(tiles * LowRank.PANEL, term.rows));
    }
    if (sums.length < sumsAt[count]) {
      sums = new float[sumsAt[count]];
    }
    next.setPlain(0);
    done.setPlain(0);
  }

  void finish() {
    products = null;
    count = 0;
  }

  private static int chunks(LowRank weights) {
    return Math.ceilDiv(weights.down().cols(), COLUMNS);
  }

  /** Adds all terms to outputs that are there already. */
  void run(Products products, WorkerPool pool) {
    if (products.terms() == 0) {
      return;
    }
    start(products);
    pool.run(workers.length, (_, _, worker) -> down(worker));
    for (int i = 0; i < count; i++) {
      Term term = products.term(i);
      int index = i;
      int panels = Layout.panels(term.weights.outputs());
      pool.run(term.rows, (from, to, worker) -> up(index, from, to, 0, panels, worker));
    }
    finish();
  }

  /** Takes items until there are none. */
  void down(int worker) {
    int items = itemsAt[count];
    int taken = 0;
    try {
      int term = 0;
      for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
        taken++;
        while (itemsAt[term + 1] <= item) {
          term++;
        }
        down(term, item - itemsAt[term], workers[worker]);
      }
    } finally {
      if (taken > 0) {
        done.addAndGet(taken);
      }
    }
  }

  private void down(int index, int item, Worker worker) {
    Term term = products.term(index);
    Weights down = term.weights.down();
    int chunks = chunks(term.weights);
    int chunk = item % chunks;
    int tile = item % (chunks * term.weights.panels());
    int column = chunk * COLUMNS;
    LowRankCall call = worker.call;
    call.weights = down.data();
    call.at = tile / chunks * down.layout().panelBytes(down.cols()) + down.layout().block(column);
    call.columns = Math.min(COLUMNS, down.cols() - column);
    call.out = sums;
    int tiles = chunks * term.weights.panels();
    int row = item / tiles * ROWS;
    for (int last = Math.min(row + ROWS, term.rows); row < last; row++) {
      int at = row(term, row, worker) + column;
      call.first = at;
      call.second = at + down.cols();
      call.to = sumsAt[index] + (row * tiles + tile) * LowRank.PANEL;
      for (int part = 0; part < Lanes.PARTS; part++) {
        switch (down.layout()) {
          case F16 -> LowRankF16.down(call, part);
          case BF16 -> LowRankBf16.down(call, part);
          default -> LowRankF32.down(call, part);
        }
      }
    }
  }

  /** Where a row of activations starts in {@code call.x}. */
  private static int row(Term term, int row, Worker worker) {
    int width = term.in.width();
    int at = term.in.offset(term.inRow + row);
    if (width % 2 == 0) {
      worker.call.x = term.in.data();
      return at;
    }
    if (worker.odd.length <= width) {
      worker.odd = new float[width + 1];
    }
    System.arraycopy(term.in.data(), at, worker.odd, 0, width);
    worker.odd[width] = 0;
    worker.call.x = worker.odd;
    return 0;
  }

  /** Waits for the items that others have taken; none are left to take. */
  void await() {
    while (done.get() < itemsAt[count]) {
      Thread.onSpinWait();
    }
  }

  /** Adds a term to some panels of its output. */
  void up(int index, int first, int last, int worker) {
    up(index, 0, products.term(index).rows, first, last, worker);
  }

  private void up(int index, int fromRow, int toRow, int first, int last, int number) {
    Term term = products.term(index);
    Worker worker = workers[number];
    LowRankCall call = worker.call;
    Weights up = term.weights.up();
    if (worker.low.length < up.cols()) {
      worker.low = new float[2 * up.cols()];
    }
    call.weights = up.data();
    call.x = worker.low;
    call.first = 0;
    call.columns = up.cols();
    int whole = Math.min(last, up.rows() / Layout.PANEL);
    for (int row = fromRow; row < toRow; row++) {
      addUp(index, row, worker.low);
      int to = products.get(term.product).out.offset(term.outRow + row);
      call.out = products.get(term.product).out.data();
      up(call, up, first, whole, to);
      if (whole < last) {
        upRest(worker, up, whole, to);
      }
    }
  }

  /** The panel that is not whole. */
  private static void upRest(Worker worker, Weights up, int panel, int to) {
    int from = panel * Layout.PANEL;
    int rows = up.rows() - from;
    float[] out = worker.call.out;
    System.arraycopy(out, to + from, worker.rest, 0, rows);
    worker.call.out = worker.rest;
    up(worker.call, up, panel, panel + 1, -from);
    System.arraycopy(worker.rest, 0, out, to + from, rows);
  }

  private static void up(LowRankCall call, Weights up, int first, int last, int to) {
    call.at = first * up.layout().panelBytes(up.cols());
    call.panels = last - first;
    call.to = to + first * Layout.PANEL;
    for (int part = 0; part < Lanes.PARTS; part++) {
      switch (up.layout()) {
        case F16 -> LowRankF16.up(call, part);
        case BF16 -> LowRankBf16.up(call, part);
        default -> LowRankF32.up(call, part);
      }
    }
  }

  /** The row of low rank times the term's factor: sums of items in the order of the columns. */
  private void addUp(int index, int row, float[] low) {
    Term term = products.term(index);
    int chunks = chunks(term.weights);
    int at = sumsAt[index] + row * chunks * term.weights.panels() * LowRank.PANEL;
    for (int k = 0; k < term.weights.rank(); k++) {
      int from = at + k / LowRank.PANEL * chunks * LowRank.PANEL + k % LowRank.PANEL;
      float sum = 0;
      for (int chunk = 0; chunk < chunks; chunk++) {
        sum += sums[from + chunk * LowRank.PANEL];
      }
      low[k] = term.factor * sum;
    }
  }
}
