package dev.tern.kernel;

import dev.tern.kernel.Products.Product;
import dev.tern.quant.Layout;
import dev.tern.quant.Packing;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Products with weights that are still in their file: strips of their rows are packed side by side and multiplied by
 * the kernels for packed weights, so the results are the same, bit for bit.
 */
public final class FileFormMatrix implements MatrixKernels {
  /** Bytes of a strip: enough to busy all workers, and still in a cache when it is multiplied. */
  private static final long STRIP = 4L << 20;

  private final WorkerPool pool;
  private final MatrixKernels kernels;
  private final long stripBytes;
  private final Products packed = new Products();
  private final Products strip = new Products();
  private final Activations out = new Activations();
  private MemorySegment buffer = MemorySegment.NULL;

  /**
   * @param kernels for packed weights
   */
  public FileFormMatrix(WorkerPool pool, MatrixKernels kernels) {
    this(pool, kernels, STRIP);
  }

  FileFormMatrix(WorkerPool pool, MatrixKernels kernels, long stripBytes) {
    this.pool = pool;
    this.kernels = kernels;
    this.stripBytes = stripBytes;
  }

  @Override
  public void multiply(Products products) {
    products.check();
    packed.start(products.decode());
    for (int i = 0; i < products.count(); i++) {
      Product product = products.get(i);
      if (product.weights.packed()) {
        packed.add(product.weights, product.in, product.inRow, product.rows, product.out, product.outRow);
      } else {
        multiplyStrips(product, products.decode());
      }
    }
    if (packed.count() > 0) {
      kernels.multiply(packed);
    }
    kernels.addTerms(products);
  }

  @Override
  public void addTerms(Products products) {
    kernels.addTerms(products);
  }

  private void multiplyStrips(Product product, boolean decode) {
    Weights weights = product.weights;
    long panelBytes = weights.layout().panelBytes(weights.cols());
    int step =
        Layout.PANEL * Math.clamp(stripBytes / panelBytes, pool.count(), Layout.panels(weights.rows()) + pool.count());
    for (int first = 0; first < weights.rows(); first += step) {
      Weights rows = pack(weights, first, Math.min(step, weights.rows() - first));
      out.resize(product.rows, rows.rows());
      kernels.multiply(strip.start(decode).add(rows, product.in, product.inRow, product.rows, out, 0));
      for (int row = 0; row < product.rows; row++) {
        int to = product.out.offset(product.outRow + row) + first;
        System.arraycopy(out.data(), out.offset(row), product.out.data(), to, rows.rows());
      }
    }
  }

  private Weights pack(Weights weights, int first, int count) {
    long size = weights.layout().bytes(count, weights.cols());
    if (buffer.byteSize() < size) {
      buffer = Arena.ofAuto().allocate(size, 64);
    }
    MemorySegment data = buffer;
    pool.run(Layout.panels(count), (from, to, worker) -> Packing.panels(weights, first, from, to, data));
    return new Weights(weights.name(), weights.layout(), weights.codebook(), count, weights.cols(), data);
  }

  @Override
  public void row(Weights weights, int row, float[] out, int at) {
    kernels.row(weights, row, out, at);
  }
}
