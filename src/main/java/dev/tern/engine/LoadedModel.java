package dev.tern.engine;

import dev.tern.adapter.AdapterBase;
import dev.tern.adapter.AdapterBinder;
import dev.tern.adapter.BoundAdapter;
import dev.tern.architecture.Architectures;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.Config;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.architecture.Tensors;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.TensorView;
import dev.tern.convert.QuantizationOptions;
import dev.tern.convert.QuantizedCheckpoint;
import dev.tern.convert.Scheme;
import dev.tern.error.CheckpointException;
import dev.tern.error.TernException;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KernelRuntime;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.WorkerPool;
import dev.tern.layer.Block;
import dev.tern.layer.Mixer;
import dev.tern.layer.MixtureOfExperts;
import dev.tern.layer.Network;
import dev.tern.layer.WeightedAdapter;
import dev.tern.quant.WeightForm;
import dev.tern.tensor.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A network in memory and the engine that runs it. */
public final class LoadedModel implements AutoCloseable {
  private final Metadata metadata;
  private final NativeMemory memory;
  private final WorkerPool workers;
  private final Engine engine;
  private final AdapterBase base;
  private final long parameters;
  private final List<BoundAdapter> adapters = new ArrayList<>();
  private Checkpoint file;

  private LoadedModel(
      Metadata metadata, NativeMemory memory, WorkerPool workers, Engine engine, AdapterBase base, long parameters) {
    this.parameters = parameters;
    this.metadata = metadata;
    this.memory = memory;
    this.workers = workers;
    this.engine = engine;
    this.base = base;
  }

  /**
   * What a user may choose when a model is loaded.
   *
   * @param threads that compute, the caller's included; 0 for the default
   * @param contextLength the most tokens of a sequence; 0 for the checkpoint's number
   * @param weights what becomes of the matrices
   * @param quantization what they are quantized to on the way, as in a file of that scheme; null for nothing
   */
  public record Options(
      int threads,
      int contextLength,
      ActivationPrecision precision,
      WeightForm weights,
      Scheme quantization,
      BuildOptions build) {
    public Options {
      if (quantization != null && weights == WeightForm.FILE) {
        throw new TernException("weights that are quantized cannot stay in their file");
      }
    }

    /** With packed weights. */
    public Options(int threads, int contextLength, ActivationPrecision precision, BuildOptions build) {
      this(threads, contextLength, precision, WeightForm.PACKED, null, build);
    }
  }

  /**
   * Loads the network of a checkpoint, which may be closed afterwards: weights that are left in their file are mapped
   * anew.
   */
  public static LoadedModel load(Checkpoint checkpoint, Options options) {
    if (options.quantization() != null) {
      QuantizationOptions wanted = QuantizationOptions.of(options.quantization());
      try (Checkpoint quantized = new QuantizedCheckpoint(checkpoint, wanted)) {
        return build(quantized, options);
      }
    }
    if (options.weights() != WeightForm.FILE) {
      return build(checkpoint, options);
    }
    Checkpoint file = ModelCheckpoints.openToStay(checkpoint.path());
    try {
      LoadedModel model = build(file, options);
      model.file = file;
      return model;
    } catch (RuntimeException | OutOfMemoryError e) {
      file.close();
      throw e;
    }
  }

  private static LoadedModel build(Checkpoint checkpoint, Options options) {
    KernelRuntime.prepare();
    Config config = new Config(checkpoint.metadata(), options.build());
    NativeMemory memory = NativeMemory.expecting(bytes(checkpoint));
    WorkerPool workers = null;
    try {
      workers = new WorkerPool(options.threads() == 0 ? WorkerPool.defaultCount() : options.threads());
      Tensors tensors = new Tensors(checkpoint, rows -> options.weights().load(rows, memory));
      Network network = Architectures.build(config, tensors);
      Kernels packed = Kernels.create(workers, options.precision());
      Kernels kernels = options.weights() == WeightForm.FILE ? packed.forFiles() : packed;
      Engine engine = new Engine(network, kernels, contextLength(config, options.contextLength()));
      AdapterBase base = AdapterBase.of(config, tensors, network);
      long parameters = checkpoint.tensors().stream().mapToLong(TensorView::size).sum();
      return new LoadedModel(checkpoint.metadata(), memory, workers, engine, base, parameters);
    } catch (RuntimeException | OutOfMemoryError e) {
      if (workers != null) {
        workers.close();
      }
      memory.close();
      throw e;
    }
  }

  private static long bytes(Checkpoint checkpoint) {
    return checkpoint.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
  }

  private static int contextLength(Config config, int asked) {
    int trained = config.contextLength();
    if (asked > trained && config.has("position_embeddings")) {
      throw new CheckpointException(
          "%s: a context of %d tokens was asked for, but its position embeddings end at %d"
              .formatted(config.metadata().source(), asked, trained));
    }
    return asked == 0 ? trained : asked;
  }

  public Metadata metadata() {
    return metadata;
  }

  public Engine engine() {
    return engine;
  }

  /** Loads a PEFT directory or a GGUF file; free it by closing it. */
  public BoundAdapter adapter(Path path) {
    return AdapterBinder.load(path, base);
  }

  /**
   * Loads adapters that all sequences have from now on, for as long as the model is open.
   *
   * @param weights by the adapters' paths
   */
  public void adapt(Map<Path, Float> weights) {
    List<WeightedAdapter> weighted = new ArrayList<>();
    weights.forEach(
        (path, weight) -> {
          adapters.add(adapter(path));
          weighted.add(new WeightedAdapter(adapters.getLast(), weight));
        });
    engine.adaptNew(weighted);
  }

  /** Of all tensors of the checkpoint. */
  public long parameters() {
    return parameters;
  }

  /** Parameters that take part in one token: the experts that are not chosen left out. */
  public long activeParameters() {
    return parameters - Inspection.idleParameters(engine.network());
  }

  /** By the numbers of layers with experts, how often each expert was chosen since the model was loaded. */
  public SortedMap<Integer, long[]> expertCounts() {
    SortedMap<Integer, long[]> counts = new TreeMap<>();
    List<Block> blocks = engine.network().blocks();
    for (int i = 0; i < blocks.size(); i++) {
      for (Mixer mixer : blocks.get(i).mixers()) {
        if (mixer instanceof MixtureOfExperts experts) {
          counts.put(i, experts.chosen());
        }
      }
    }
    return counts;
  }

  /** Bytes of packed weights. */
  public long weightBytes() {
    return memory.bytes();
  }

  public int threads() {
    return workers.count();
  }

  @Override
  public void close() {
    engine.close();
    workers.close();
    adapters.forEach(BoundAdapter::close);
    memory.close();
    if (file != null) {
      file.close();
    }
  }
}
