package dev.tern.kernel.simd;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Products;
import dev.tern.kernel.Products.Product;
import dev.tern.kernel.WorkerPool;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Decoding: every panel of the weights is read once and multiplied with all rows. */
final class Gemv implements WorkerPool.Task {
  /** Blocks of codes that are multiplied at a time: few, so that reading them and computing overlap. */
  private static final int CODED_BLOCKS = 2;

  /** Bytes that memory moves at a time. */
  private static final int LINE = 64;

  private final ActivationPrecision precision;
  private final Scratch[] scratch;
  private final LowRankTerms terms;
  private final Bands bands = new Bands();
  private Products products;

  Gemv(ActivationPrecision precision, Scratch[] scratch, LowRankTerms terms) {
    this.precision = precision;
    this.scratch = scratch;
    this.terms = terms;
  }

  void multiply(Products products, WorkerPool pool) {
    this.products = products;
    bands.measure(products, 1);
    terms.start(products);
    pool.run(pool.count(), this);
    terms.finish();
    this.products = null;
  }

  @Override
  public void run(int from, int to, int worker) {
    Scratch scratch = this.scratch[worker];
    scratch.prepared.start();
    terms.down(worker);
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      int panels = Layout.panels(product.weights.rows());
      int first = bands.first(i, panels, products.count(), from, this.scratch.length);
      int last = bands.first(i, panels, products.count(), to, this.scratch.length);
      if (first < last) {
        panels(product, first, last, scratch);
      }
    }
    if (products.terms() > 0) {
      addTerms(from, to, worker);
    }
  }

  /** Once a worker has done its band, the low-rank terms that go there are ready or nearly so. */
  private void addTerms(int from, int to, int worker) {
    terms.await();
    for (int i = 0; i < products.terms(); i++) {
      int product = products.term(i).product;
      int panels = Layout.panels(products.get(product).weights.rows());
      int first = bands.first(product, panels, products.count(), from, scratch.length);
      int last = bands.first(product, panels, products.count(), to, scratch.length);
      if (first < last) {
        terms.up(i, first, last, worker);
      }
    }
  }

  private void panels(Product product, int first, int last, Scratch scratch) {
    int[] rows = scratch.rows(product.rows);
    for (int t = 0; t < product.rows; t++) {
      rows[t] = scratch.prepared.of(product.in, product.inRow + t);
    }
    boolean quantized = precision == ActivationPrecision.INT8 && Int8Decoder.supports(product.weights);
    int panel = first;
    if (product.rows == 1
        && (quantized ? Int8Decoder.takesRuns(product.weights) : PanelDecoder.takesRuns(product.weights))) {
      panel = Math.clamp(product.weights.rows() / Layout.PANEL, first, last); // a panel that is not full goes alone
      run(product, first, panel, quantized, scratch);
    }
    float[] sums = scratch.sums(product.rows);
    scratch.chunk.panels = 1;
    for (; panel < last; panel++) {
      Arrays.fill(sums, 0, 32 * product.rows, 0);
      if (quantized) {
        Int8Decoder.multiply(product, panel, rows, sums, scratch);
      } else {
        exact(product, panel, rows, sums, scratch);
      }
      store(product, panel, sums);
    }
  }

  /** Multiplies full panels with the only row in one sweep: sums go where they belong at once. */
  private static void run(Product product, int first, int last, boolean quantized, Scratch scratch) {
    int row = scratch.rows(1)[0];
    int to = product.out.offset(product.outRow);
    Arrays.fill(product.out.data(), to + first * Layout.PANEL, to + last * Layout.PANEL, 0);
    PanelChunk chunk = scratch.chunk;
    for (int panel = first; panel < last; panel += chunk.panels) {
      chunk.panels = scratch.runLength(product.weights.layout(), last - panel);
      chunk.sums = product.out.data();
      chunk.to = to + panel * Layout.PANEL;
      if (quantized) {
        Int8Decoder.run(chunk, product.weights, panel, scratch.prepared.quantized(row));
      } else {
        PanelDecoder.select(chunk, product.weights, panel, 0, product.weights.cols());
        chunk.x = product.in.data();
        chunk.from[0] = product.in.offset(product.inRow);
        PanelDecoder.multiply(chunk, product.weights, false);
      }
    }
  }

  private static void exact(Product product, int panel, int[] rows, float[] sums, Scratch scratch) {
    Weights weights = product.weights;
    PanelChunk chunk = scratch.chunk;
    int blocks = weights.layout().blocks(weights.cols());
    boolean coded = weights.layout().codeBits() > 0;
    int step = coded ? CODED_BLOCKS : PanelDecoder.chunkBlocks(weights.layout());
    chunk.sums = sums;
    for (int block = 0; block < blocks; block += step) {
      if (coded) {
        chunk.touched = touch(weights, panel, block, Math.min(block + step, blocks));
      }
      boolean mins = PanelDecoder.select(chunk, weights, panel, block, Math.min(step, blocks - block));
      for (int t = 0; t < product.rows; ) {
        boolean four = product.rows - t >= PanelChunk.FUSED && PanelDecoder.FUSES_ROWS;
        t += multiply(product, block, t, four, rows, scratch);
      }
      if (mins) {
        for (int t = 0; t < product.rows; t++) {
          int group = scratch.prepared.groups(rows[t]) + 2 * block;
          ScaleKernels.addMins(chunk, scratch.prepared.groups(), group, 32 * t);
        }
      }
    }
  }

  /**
   * Reads each line of some blocks, in order: the kernels take scales before codes, in which order the processor would
   * not prefetch.
   */
  private static int touch(Weights weights, int panel, int from, int to) {
    Layout layout = weights.layout();
    MemorySegment data = weights.data();
    long start = panel * layout.panelBytes(weights.cols());
    long end = start + layout.block(to - 1) + layout.blockBytes();
    int sum = 0;
    for (long p = start + layout.block(from); p < end; p += LINE) {
      sum += data.get(ValueLayout.JAVA_INT_UNALIGNED, p);
    }
    return sum;
  }

  /** Multiplies the chunk with row {@code t}, or with it and the next three; past the last it is row t again. */
  private static int multiply(Product product, int block, int t, boolean four, int[] rows, Scratch scratch) {
    PanelChunk chunk = scratch.chunk;
    int blockColumns = product.weights.layout().blockColumns();
    boolean pad = product.weights.cols() % blockColumns != 0;
    int column = block * blockColumns;
    int count = four ? PanelChunk.ROWS : 1;
    for (int i = 0; i < count; i++) {
      int row = t + i < product.rows ? t + i : t;
      chunk.from[i] = column + (pad ? scratch.prepared.padded(rows[row]) : product.in.offset(product.inRow + row));
    }
    chunk.x = pad ? scratch.prepared.padded() : product.in.data();
    chunk.to = 32 * t;
    PanelDecoder.multiply(chunk, product.weights, four);
    return count;
  }

  private static void store(Product product, int panel, float[] sums) {
    int row = panel * Layout.PANEL;
    int count = Math.min(Layout.PANEL, product.weights.rows() - row);
    for (int t = 0; t < product.rows; t++) {
      System.arraycopy(sums, 32 * t, product.out.data(), product.out.offset(product.outRow + t) + row, count);
    }
  }
}
