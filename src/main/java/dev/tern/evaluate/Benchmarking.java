package dev.tern.evaluate;

import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorView;
import dev.tern.engine.Engine;
import dev.tern.engine.LoadedModel;
import dev.tern.kernel.KvType;
import dev.tern.kernel.MachineSpeed;
import dev.tern.kernel.SpeedMeter;
import dev.tern.layer.StateOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A model loaded to be measured. */
public final class Benchmarking implements AutoCloseable {
  private final BenchResult.Model description;
  private final LoadedModel model;

  private Benchmarking(BenchResult.Model description, LoadedModel model) {
    this.description = description;
    this.model = model;
  }

  /** Loads a file, a directory or a synthetic model ({@link SyntheticModels}). */
  public static Benchmarking load(String name, LoadedModel.Options options) {
    try (Checkpoint checkpoint = open(name)) {
      long bytes = checkpoint.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
      long parameters = checkpoint.tensors().stream().mapToLong(TensorView::size).sum();
      LoadedModel model = LoadedModel.load(checkpoint, options);
      String architecture = model.metadata().text("general.architecture");
      return new Benchmarking(new BenchResult.Model(name, architecture, bytes, parameters, model.weightBytes()), model);
    }
  }

  /** Opens what {@link #load} would. */
  public static Checkpoint open(String name) {
    return name.startsWith(SyntheticModels.PREFIX) ? SyntheticModels.open(name) : ModelCheckpoints.open(Path.of(name));
  }

  /** Puts adapters in force instead of those before; see {@link LoadedModel#adapt}. */
  public void adapt(Map<Path, Float> weights) {
    model.adapt(weights);
  }

  /** See {@link LoadedModel#expertCounts}. */
  public SortedMap<Integer, long[]> expertCounts() {
    return model.expertCounts();
  }

  public int threads() {
    return model.threads();
  }

  /**
   * Measures one case.
   *
   * @param meter asked before, between and after the repetitions
   * @param go asked between repetitions
   * @return nothing if {@code go} ended it
   */
  public Optional<BenchResult> measure(BenchResult.Setting how, int repetitions, SpeedMeter meter, Engine.Go go) {
    KvType cache = how.cache();
    NetworkWork work = NetworkWork.of(model.engine().network(), how.what(), cache);
    List<MachineSpeed> speeds = new ArrayList<>();
    return new Throughput(model.engine(), new StateOptions(cache))
        .measure(how.what(), repetitions, () -> speeds.add(meter.measure()), go)
        .map(timings -> new BenchResult(description, how, timings, work, median(speeds)));
  }

  /** The rates in the middle of some measurements with the same threads, at least one. */
  static MachineSpeed median(List<MachineSpeed> speeds) {
    MachineSpeed any = speeds.getFirst();
    return new MachineSpeed(
        any.threads(),
        any.vectorBits(),
        Statistics.median(speeds.stream().mapToDouble(MachineSpeed::readBytesPerSecond).toArray()),
        Statistics.median(speeds.stream().mapToDouble(MachineSpeed::flopsPerSecond).toArray()));
  }

  @Override
  public void close() {
    model.close();
  }
}
