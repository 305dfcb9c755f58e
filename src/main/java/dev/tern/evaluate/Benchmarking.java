package dev.tern.evaluate;

import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorView;
import dev.tern.engine.LoadedModel;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.nio.file.Path;
import java.util.Map;

/** A model loaded to be measured. */
public final class Benchmarking implements AutoCloseable {
  private final String name;
  private final LoadedModel model;
  private final long fileBytes;
  private final long parameters;

  private Benchmarking(String name, LoadedModel model, long fileBytes, long parameters) {
    this.name = name;
    this.model = model;
    this.fileBytes = fileBytes;
    this.parameters = parameters;
  }

  /** Loads a file, a directory or a synthetic model ({@link SyntheticModels}). */
  public static Benchmarking load(String name, LoadedModel.Options options) {
    try (Checkpoint checkpoint = open(name)) {
      long bytes = checkpoint.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
      long parameters = checkpoint.tensors().stream().mapToLong(TensorView::size).sum();
      return new Benchmarking(name, LoadedModel.load(checkpoint, options), bytes, parameters);
    }
  }

  private static Checkpoint open(String name) {
    return name.startsWith(SyntheticModels.PREFIX) ? SyntheticModels.open(name) : ModelCheckpoints.open(Path.of(name));
  }

  /** Puts adapters in force; see {@link LoadedModel#adapt}. */
  public void adapt(Map<Path, Float> weights) {
    model.adapt(weights);
  }

  /** Measures one case. */
  public BenchResult measure(Throughput.Case what, KvType cache, int repetitions) {
    double[] seconds = new Throughput(model.engine(), new StateOptions(cache)).measure(what, repetitions);
    return new BenchResult(
        name,
        model.metadata().text("general.architecture"),
        fileBytes,
        parameters,
        model.weightBytes(),
        model.threads(),
        cache,
        what,
        seconds);
  }

  @Override
  public void close() {
    model.close();
  }
}
