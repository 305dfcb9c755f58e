package dev.tern.adapter;

import dev.tern.architecture.Architectures;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.Config;
import dev.tern.architecture.Tensors;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.layer.Network;
import dev.tern.quant.BlockCodec;
import dev.tern.quant.Codecs;
import dev.tern.quant.Layout;
import dev.tern.quant.RowSource;
import dev.tern.quant.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What several adapters with their weights make of the tensors of a base. */
public final class AdapterMerge implements AutoCloseable {
  private final List<AdapterFile> files = new ArrayList<>();
  private final Map<String, List<RowChange>> changes = new LinkedHashMap<>();
  private final Map<String, List<BiasChange>> biases = new LinkedHashMap<>();
  private final Set<String> newBiases = new HashSet<>();
  private final AdapterBase base;

  /** What is added to a value of a bias. */
  @FunctionalInterface
  private interface BiasChange {
    float difference(int row, float original);
  }

  private AdapterMerge(AdapterBase base) {
    this.base = base;
  }

  /**
   * Opens adapters for a base, whose weights are not read here.
   *
   * @param base in the terms of GGUF
   * @param weights by the adapters' paths
   * @throws dev.tern.error.CheckpointException if one does not fit
   */
  public static AdapterMerge open(Checkpoint base, Map<Path, Float> weights) {
    AdapterMerge merge = new AdapterMerge(shapes(base));
    try {
      weights.forEach(merge::add);
      return merge;
    } catch (Throwable e) {
      merge.close();
      throw e;
    }
  }

  /** The names and shapes of a checkpoint's linears. */
  private static AdapterBase shapes(Checkpoint checkpoint) {
    Config config = new Config(checkpoint.metadata(), BuildOptions.DEFAULT);
    Tensors tensors = new Tensors(checkpoint, AdapterMerge::phantom);
    Network network = Architectures.build(config, tensors);
    return AdapterBase.of(config, tensors, network);
  }

  @SuppressWarnings("restricted") // nothing reads this memory
  private static Weights phantom(RowSource rows) {
    MemorySegment nowhere = MemorySegment.NULL.reinterpret(Layout.F32.bytes(rows.rows(), rows.cols()));
    return new Weights(rows.name(), Layout.F32, rows.rows(), rows.cols(), nowhere);
  }

  private void add(Path path, float weight) {
    AdapterFile file = AdapterFile.open(path);
    files.add(file);
    file.changes(base)
        .forEach(
            (tensor, change) -> {
              changes.computeIfAbsent(tensor, _ -> new ArrayList<>()).add(RowChange.of(change, weight));
              addBias(tensor, change, weight);
            });
  }

  private void addBias(String tensor, TensorChange change, float weight) {
    BiasChange bias =
        switch (change) {
          case TensorChange.OutputScale scale -> (row, value) -> weight * (scale.factors()[row] - 1) * value;
          case TensorChange.Replacement replacement when replacement.bias() != null ->
              (row, value) -> weight * (replacement.bias()[row] - value);
          default -> null;
        };
    if (change instanceof TensorChange.Replacement replacement && replacement.bias() != null) {
      newBiases.add(tensor);
    }
    if (bias != null) {
      biases.computeIfAbsent(tensor, _ -> new ArrayList<>()).add(bias);
    }
  }

  AdapterBase base() {
    return base;
  }

  /** The matrices that change, by GGUF's names without suffix. */
  Set<String> targets() {
    return changes.keySet();
  }

  boolean changes(String tensor) {
    return changes.containsKey(tensor);
  }

  /** Whether a matrix has a bias afterwards even if it had none. */
  boolean addsBias(String tensor) {
    return newBiases.contains(tensor);
  }

  boolean changesBias(String tensor) {
    return biases.containsKey(tensor);
  }

  /** Row {@code row} of a matrix with all changes. */
  float[] row(String tensor, int row, float[] original) {
    float[] result = original.clone();
    for (RowChange change : changes.getOrDefault(tensor, List.of())) {
      change.add(row, original, result);
    }
    return result;
  }

  /** A value of a bias with all changes. */
  float bias(String tensor, int row, float original) {
    float result = original;
    for (BiasChange change : biases.getOrDefault(tensor, List.of())) {
      result += change.difference(row, original);
    }
    return result;
  }

  /** Makes a row of the result out of one of the base. */
  @FunctionalInterface
  interface RowMerge {
    float[] merge(int row, float[] original);
  }

  /** A tensor of another type whose rows were changed. */
  static TensorView merged(TensorView tensor, TensorType type, Arena arena, RowMerge merge) {
    BlockCodec source = Codecs.of(tensor.type());
    BlockCodec target = Codecs.of(type);
    int cols = tensor.cols();
    MemorySegment data = arena.allocate(type.bytes(tensor.size()), 64);
    IntStream.range(0, tensor.rows())
        .parallel()
        .forEach(
            row -> {
              float[] values = new float[cols];
              source.decode(tensor.data(), row * tensor.type().bytes(cols), values, 0, cols);
              target.encode(merge.merge(row, values), 0, cols, null, data, row * type.bytes(cols));
            });
    return new TensorView(tensor.name(), type, tensor.shape(), data);
  }

  @Override
  public void close() {
    files.forEach(AdapterFile::close);
  }
}
