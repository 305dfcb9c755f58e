package dev.tern.architecture.huggingface;

import dev.tern.architecture.huggingface.quantized.PrequantizedTensors;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.HuggingFaceDirectory;
import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.error.TernException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A Hugging Face directory in the terms of GGUF: the same metadata keys, tensor names, shapes and values, so that one
 * family file reads both. Only rotary halves stay as they are: {@code rope.interleaved} tells. Tensors that differ are
 * derived when they are asked for. A tensor keeps its own name in {@link TensorView#name}; those that the form does not
 * know are found by it.
 */
public final class HuggingFaceCheckpoint implements Checkpoint {
  private final HuggingFaceDirectory directory;
  private final HuggingFaceConfig config;
  private final Metadata metadata;
  private final Map<String, Source> sources = new LinkedHashMap<>();
  private DerivedMemory derived = new DerivedMemory();
  private boolean keepsDerived;

  /** Where a tensor comes from. */
  private record Source(String name, Supplier<TensorView> tensor) {}

  private HuggingFaceCheckpoint(HuggingFaceDirectory directory, HuggingFaceConfig config, HuggingFaceForm form) {
    this.directory = directory;
    this.config = config;
    metadata = form.metadata(config, String.valueOf(directory.path().toAbsolutePath().normalize().getFileName()));
    addTensors(new HuggingFaceNames(form));
    addRotaryFactors();
  }

  /**
   * The view of a directory, which it owns from now on.
   *
   * @param forms all that are known
   */
  public static HuggingFaceCheckpoint of(HuggingFaceDirectory directory, List<HuggingFaceForm> forms) {
    HuggingFaceConfig config = HuggingFaceConfig.of(directory);
    String type = config.text("model_type", "");
    HuggingFaceForm form =
        forms.stream()
            .filter(candidate -> candidate.modelType().equals(type))
            .findFirst()
            .orElseThrow(() -> config.invalid("model_type", "one of " + modelTypes(forms), "'" + type + "'"));
    return new HuggingFaceCheckpoint(directory, form.complete(config), form);
  }

  private static String modelTypes(List<HuggingFaceForm> forms) {
    return String.join(", ", forms.stream().map(HuggingFaceForm::modelType).sorted().toList());
  }

  private void addTensors(HuggingFaceNames names) {
    boolean tied = config.flag("tie_word_embeddings", false);
    int layers = config.layers();
    for (var tensor : PrequantizedTensors.of(directory).entrySet()) {
      String name = tensor.getKey();
      boolean predictsAhead = HuggingFaceNames.layer(name) >= layers && config.has("num_nextn_predict_layers");
      if (!HuggingFaceNames.isNeeded(name) || predictsAhead || tied && name.endsWith("lm_head.weight")) {
        continue;
      }
      List<Target> targets = names.find(name).orElse(List.of(new Target(name, Derivation.NONE)));
      targets.forEach(target -> add(target, name, tensor.getValue()));
    }
    if (!tied && !sources.containsKey("output.weight") && isHeadPromised()) {
      throw new CheckpointException(
          "%s: tensor 'lm_head.weight' is missing, and key 'tie_word_embeddings' is false".formatted(path()));
    }
  }

  private boolean isHeadPromised() {
    return config.has("tie_word_embeddings")
        && config.texts("architectures").stream().anyMatch(architecture -> architecture.endsWith("ForCausalLM"));
  }

  private void add(Target target, String name, Supplier<TensorView> tensor) {
    Source added = new Source(name, () -> derived(target.derivation(), tensor.get()));
    Source known = sources.putIfAbsent(target.name(), added);
    if (known != null) {
      throw new CheckpointException(
          "%s: tensors '%s' and '%s' are both '%s'".formatted(path(), known.name, name, target.name()));
    }
  }

  /** What a derivation has read of the file is given back to the system; it can be read again. */
  private TensorView derived(Derivation derivation, TensorView raw) {
    TensorView tensor = derivation.apply(raw, config);
    if (raw.data().isMapped() && !tensor.data().isMapped()) {
      raw.data().unload();
    }
    return tensor;
  }

  private void addRotaryFactors() {
    RopeKeys.tensors(config)
        .forEach((name, values) -> sources.put(name, new Source(name, () -> Derivations.vector(name, values))));
  }

  @Override
  public Path path() {
    return directory.path();
  }

  /** Keys of GGUF. */
  @Override
  public Metadata metadata() {
    return metadata;
  }

  /** The directory itself, in its own terms. */
  public HuggingFaceDirectory directory() {
    return directory;
  }

  /** All tensors of the directory as they are. */
  @Override
  public Collection<TensorView> tensors() {
    return directory.tensors();
  }

  /** GGUF's names, and those of the directory that mean nothing in GGUF. */
  @Override
  public Collection<String> names() {
    return Collections.unmodifiableSet(sources.keySet());
  }

  @Override
  public boolean has(String name) {
    return sources.containsKey(name);
  }

  /** A derived matrix is good until the next one is asked for, so that one is in memory; see {@link #keepDerived}. */
  @Override
  public Optional<TensorView> find(String name) {
    Source source = sources.get(name);
    return source == null ? Optional.empty() : Optional.of(derive(source));
  }

  /** Derived matrices are good for as long as somebody holds them from now on. */
  public void keepDerived() {
    keepsDerived = true;
  }

  private synchronized TensorView derive(Source source) {
    DerivedMemory memory = new DerivedMemory();
    try {
      if (keepsDerived) {
        return source.tensor.get();
      }
      TensorView tensor = memory.collect(source.tensor);
      if (!memory.isEmpty()) {
        derived.close();
        derived = memory;
      }
      return tensor;
    } catch (TernException e) {
      memory.close();
      throw new CheckpointException("%s: %s".formatted(path(), e.getMessage()), e);
    }
  }

  @Override
  public synchronized void close() {
    derived.close();
    directory.close();
  }
}
