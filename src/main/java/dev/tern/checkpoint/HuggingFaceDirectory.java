package dev.tern.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory as it comes from a model hub, in its own terms: tensors by the names in its safetensors files, and {@code
 * config.json} as metadata with dotted keys ({@code rope_parameters.rope_theta}). Arrays of one kind are typed arrays,
 * other arrays have a key per element ({@code list.0}); null is the same as absent.
 */
public final class HuggingFaceDirectory implements Checkpoint {
  private static final String CONFIG = "config.json";
  private static final List<String> WEIGHTS = List.of("model.safetensors.index.json", "model.safetensors");

  private final Path path;
  private final JsonNode config;
  private final Metadata metadata;
  private final SafetensorsFile weights;

  private HuggingFaceDirectory(Path path, JsonNode config, SafetensorsFile weights) {
    this.path = path;
    this.config = config;
    this.metadata = metadata(path.resolve(CONFIG), config);
    this.weights = weights;
  }

  /** Opens a directory with a configuration and weights in safetensors. */
  public static HuggingFaceDirectory open(Path path) {
    JsonNode config = Json.readObject(path.resolve(CONFIG));
    SafetensorsFile weights = SafetensorsFile.open(weights(path).orElseThrow(() -> withoutWeights(path)));
    try {
      return new HuggingFaceDirectory(path, config, weights);
    } catch (Throwable e) {
      weights.close();
      throw e;
    }
  }

  /** Whether there are a configuration and weights to open. */
  static boolean isAt(Path path) {
    return Files.exists(path.resolve(CONFIG)) && weights(path).isPresent();
  }

  /** Whether there is a configuration. */
  static boolean hasConfig(Path path) {
    return Files.exists(path.resolve(CONFIG));
  }

  private static Optional<Path> weights(Path path) {
    return WEIGHTS.stream().map(path::resolve).filter(Files::exists).findFirst();
  }

  private static CheckpointException withoutWeights(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      Optional<Path> pickle = files.filter(Pickles::isNamedLikeOne).sorted().findFirst();
      return pickle
          .map(Pickles::refuse)
          .orElseGet(() -> new CheckpointException("%s: expected one of %s, found none".formatted(path, WEIGHTS)));
    } catch (IOException e) {
      return MappedFile.unreadable(path, e);
    }
  }

  private static Metadata metadata(Path file, JsonNode object) {
    return new Metadata(file.toString(), JsonMetadata.flatten(file.toString(), object));
  }

  @Override
  public Path path() {
    return path;
  }

  /** The contents of {@code config.json}. */
  public JsonNode config() {
    return config;
  }

  /** {@link #config()} with dotted keys. */
  @Override
  public Metadata metadata() {
    return metadata;
  }

  /** Another JSON object of the directory, say {@code generation_config.json}, read now. */
  public Optional<JsonNode> json(String fileName) {
    return file(fileName).map(Json::readObject);
  }

  /** Another JSON object of the directory with dotted keys, read now. */
  public Optional<Metadata> metadata(String fileName) {
    return file(fileName).map(file -> metadata(file, Json.readObject(file)));
  }

  /** The path of another file of the directory, say {@code vocab.txt}, if it is there. */
  public Optional<Path> file(String fileName) {
    return Optional.of(path.resolve(fileName)).filter(Files::isRegularFile);
  }

  @Override
  public Collection<TensorView> tensors() {
    return weights.tensors();
  }

  @Override
  public Optional<TensorView> find(String name) {
    return weights.find(name);
  }

  @Override
  public void close() {
    weights.close();
  }
}
