package dev.tern.benchmarks;

import dev.tern.kernel.MatrixKernels;
import dev.tern.kernel.Products;
import dev.tern.kernel.RandomWeights;
import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.simd.MachinePeaks;
import dev.tern.quant.Codebook;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The matrices of some layers of a Llama model of random weights, and the products of one step through them. */
final class LlamaMatrices implements AutoCloseable {
  private static final int KEY_VALUE_WIDTH_DIVISOR = 8;

  private record Layer(Weights q, Weights k, Weights v, Weights o, Weights gate, Weights up, Weights down) {
    List<Weights> all() {
      return List.of(q, k, v, o, gate, up, down);
    }

    Layer copy(NativeMemory memory) {
      List<Weights> copies = all().stream().map(weights -> copy(weights, memory)).toList();
      return new Layer(
          copies.get(0), copies.get(1), copies.get(2), copies.get(3), copies.get(4), copies.get(5), copies.get(6));
    }

    private static Weights copy(Weights weights, NativeMemory memory) {
      MemorySegment data = memory.allocate(weights.bytes()).copyFrom(weights.data());
      return new Weights(weights.name(), weights.layout(), weights.codebook(), weights.rows(), weights.cols(), data);
    }
  }

  private final NativeMemory memory;
  private final RandomWeights random = new RandomWeights(1);
  private final List<Layer> layers = new ArrayList<>();
  private final Products products = new Products();
  private final Activations in = new Activations();
  private final Activations hidden = new Activations();
  private final Activations[] outs = new Activations[6];
  private volatile long sink;

  LlamaMatrices(Layout layout, int count, int width, int hiddenWidth) {
    memory = NativeMemory.expecting(count * layerBytes(layout, width, hiddenWidth));
    Layer first = layer(layout, width, hiddenWidth);
    layers.add(first);
    while (layers.size() < count) {
      layers.add(first.copy(memory));
    }
    java.util.Arrays.setAll(outs, i -> new Activations());
  }

  /** Layers of TinyLlama 1.1B, as many as make up {@code bytes} bytes, at most 22. */
  static LlamaMatrices ofSize(Layout layout, long bytes) {
    return ofSize(layout, bytes, 2048, 5632);
  }

  /** Layers of such widths, as many as make up {@code bytes} bytes, at most 22. */
  static LlamaMatrices ofSize(Layout layout, long bytes, int width, int hiddenWidth) {
    long count = Math.clamp(bytes / layerBytes(layout, width, hiddenWidth), 1, 22);
    return new LlamaMatrices(layout, (int) count, width, hiddenWidth);
  }

  private static long layerBytes(Layout layout, long width, long hiddenWidth) {
    long values = 2 * width * width + 2 * width * width / KEY_VALUE_WIDTH_DIVISOR + 3 * hiddenWidth * width;
    return values * layout.panelBytes(256) / (Layout.PANEL * 256);
  }

  private Layer layer(Layout layout, int width, int hiddenWidth) {
    int keyValueWidth = width / KEY_VALUE_WIDTH_DIVISOR;
    return new Layer(
        matrix(layout, width, width),
        matrix(layout, keyValueWidth, width),
        matrix(layout, keyValueWidth, width),
        matrix(layout, width, width),
        matrix(layout, hiddenWidth, width),
        matrix(layout, hiddenWidth, width),
        matrix(layout, width, hiddenWidth));
  }

  private Weights matrix(Layout layout, int rows, int cols) {
    Codebook codebook = layout == Layout.Q4_K ? Codebook.UNSIGNED : Codebook.SIGNED;
    return random.make(layout, codebook, RandomWeights.Kind.NORMAL, rows, cols, memory);
  }

  /** Bytes of all matrices. */
  long bytes() {
    return layers.stream().flatMap(layer -> layer.all().stream()).mapToLong(Weights::bytes).sum();
  }

  /** Values of all matrices. */
  long values() {
    return layers.size() * layerValues();
  }

  /** Values of the matrices of one layer. */
  long layerValues() {
    return layers.getFirst().all().stream().mapToLong(weights -> (long) weights.rows() * weights.cols()).sum();
  }

  /** All products of one step. */
  void multiply(MatrixKernels kernels, int rows, boolean decode) {
    for (Layer layer : layers) {
      multiply(kernels, layer, rows, decode);
    }
  }

  /** All products of prefill through one layer. */
  void multiplyLayer(MatrixKernels kernels, int tokens) {
    multiply(kernels, layers.getFirst(), tokens, false);
  }

  private void multiply(MatrixKernels kernels, Layer layer, int rows, boolean decode) {
    resize(in, rows, layer.q.cols());
    resize(hidden, rows, layer.down.cols());
    List<Weights> fromIn = List.of(layer.q, layer.k, layer.v);
    products.start(decode);
    for (int i = 0; i < fromIn.size(); i++) {
      products.add(fromIn.get(i), in, outs[i].resize(rows, fromIn.get(i).rows()));
    }
    kernels.multiply(products);
    kernels.multiply(products.start(decode).add(layer.o, in, outs[3].resize(rows, layer.o.rows())));
    products.start(decode).add(layer.gate, in, outs[4].resize(rows, layer.gate.rows()));
    kernels.multiply(products.add(layer.up, in, outs[5].resize(rows, layer.up.rows())));
    kernels.multiply(products.start(decode).add(layer.down, hidden, outs[3].resize(rows, layer.down.rows())));
  }

  private static void resize(Activations activations, int rows, int width) {
    if (activations.rows() == rows && activations.width() == width) {
      return;
    }
    activations.resize(rows, width);
    Random values = new Random(1);
    for (int i = 0; i < rows * width; i++) {
      activations.data()[i] = (float) values.nextGaussian();
    }
  }

  /** Reads the bytes of all matrices once. */
  void read(WorkerPool pool) {
    for (Layer layer : layers) {
      for (Weights weights : layer.all()) {
        int blocks = (int) (weights.bytes() / MachinePeaks.READ_BLOCK);
        pool.run(
            blocks,
            (from, to, worker) ->
                sink =
                    MachinePeaks.read(
                        weights.data(), (long) from * MachinePeaks.READ_BLOCK, (long) to * MachinePeaks.READ_BLOCK));
      }
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
