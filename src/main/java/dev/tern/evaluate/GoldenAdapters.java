package dev.tern.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Json;
import dev.tern.engine.LoadedModel;
import dev.tern.error.CheckpointException;
import dev.tern.kernel.ActivationPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reference results of adapters: a directory with an adapter in one or two forms and {@code golden.safetensors}; or
 * {@code NAME.json}, which gives adapters beside it their weights, and {@code NAME.safetensors}.
 *
 * @param base the name of the base's directory, if it is told
 * @param weights by the adapters' directories
 */
public record GoldenAdapters(Path path, Path tensors, Optional<String> base, Map<Path, Float> weights) {
  private static final String JSON = ".json";

  /** Forms of an adapter. */
  public enum Form {
    PEFT("peft", ""),
    GGUF("gguf", "adapter.gguf");

    private final String label;
    private final String file;

    Form(String label, String file) {
      this.label = label;
      this.file = file;
    }

    /** A short name. */
    public String label() {
      return label;
    }

    private Path of(Path directory) {
      return directory.resolve(file);
    }

    private boolean isAt(Path directory) {
      return Files.exists(this == PEFT ? directory.resolve("adapter_config.json") : of(directory));
    }
  }

  /** Refuses a path without adapters and reference results. */
  public static GoldenAdapters open(Path path) {
    return path.toString().endsWith(JSON) ? openMixture(path) : openDirectory(path);
  }

  private static GoldenAdapters openDirectory(Path path) {
    if (!Golden.isAt(path)) {
      throw new CheckpointException("%s: expected a directory with %s, found none".formatted(path, Golden.FILE));
    }
    return of(path, path.resolve(Golden.FILE), base(path), Map.of(path, 1f));
  }

  private static GoldenAdapters openMixture(Path path) {
    Map<Path, Float> weights = new LinkedHashMap<>();
    for (var entry : Json.readObject(path).path("adapters").properties()) {
      if (!entry.getValue().isNumber()) {
        throw new CheckpointException(
            "%s: key 'adapters.%s': expected a number, found %s".formatted(path, entry.getKey(), entry.getValue()));
      }
      weights.put(path.resolveSibling(entry.getKey()), entry.getValue().floatValue());
    }
    if (weights.isEmpty()) {
      throw new CheckpointException("%s: key 'adapters': expected weights by names, found none".formatted(path));
    }
    String name = path.getFileName().toString();
    String tensors = name.substring(0, name.length() - JSON.length()) + ".safetensors";
    return of(path, path.resolveSibling(tensors), base(weights.keySet().iterator().next()), weights);
  }

  private static GoldenAdapters of(Path path, Path tensors, Optional<String> base, Map<Path, Float> weights) {
    GoldenAdapters golden = new GoldenAdapters(path, tensors, base, weights);
    if (golden.forms().isEmpty()) {
      throw new CheckpointException(
          "%s: expected adapter_config.json or adapter.gguf of every adapter, found neither".formatted(path));
    }
    return golden;
  }

  private static Optional<String> base(Path directory) {
    Path json = directory.resolve("golden.json");
    JsonNode name = Files.exists(json) ? Json.readObject(json).path("base") : Json.MAPPER.missingNode();
    return name.isTextual() ? Optional.of(name.textValue()) : Optional.empty();
  }

  public String name() {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  /** The forms that all of the adapters have. */
  public List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    for (Form form : Form.values()) {
      if (weights.keySet().stream().anyMatch(form::isAt) && weights.keySet().stream().allMatch(this::isThere)) {
        forms.add(form);
      }
    }
    return forms;
  }

  private boolean isThere(Path directory) {
    return Form.PEFT.isAt(directory) || Form.GGUF.isAt(directory);
  }

  /**
   * Runs base and adapters in every way, in exact arithmetic.
   *
   * @param base GGUF file or Hugging Face directory
   * @param form of the adapters that have it; others are taken in the form they have
   * @param threads 0 for the default
   */
  public List<Verification.Result> verify(Path base, Form form, int threads) {
    var options = new LoadedModel.Options(threads, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);
    try (Checkpoint checkpoint = ModelCheckpoints.open(base);
        LoadedModel model = LoadedModel.load(checkpoint, options)) {
      Map<Path, Float> files = new LinkedHashMap<>();
      weights.forEach((directory, weight) -> files.put(file(directory, form), weight));
      model.adapt(files);
      return new Verification(model, Golden.read(tensors, path.resolve("golden.json"))).run();
    }
  }

  private static Path file(Path directory, Form form) {
    return form.isAt(directory) ? form.of(directory) : other(form).of(directory);
  }

  private static Form other(Form form) {
    return form == Form.PEFT ? Form.GGUF : Form.PEFT;
  }
}
