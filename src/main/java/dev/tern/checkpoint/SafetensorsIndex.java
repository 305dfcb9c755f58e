package dev.tern.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.error.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The file {@code model.safetensors.index.json} of a checkpoint in several files: which tensor lies in which. */
final class SafetensorsIndex {
  /** A name in the same directory: an index must not reach out of it. */
  private static final Pattern SHARD_NAME = Pattern.compile("[^/\\\\\\p{Cntrl}]+\\.safetensors");

  private final Path path;
  private final Map<String, Object> metadata;
  private final Map<String, List<String>> namesByShard = new TreeMap<>();

  private SafetensorsIndex(Path path, Map<String, Object> metadata) {
    this.path = path;
    this.metadata = metadata;
  }

  static SafetensorsIndex read(Path path) {
    JsonNode json = Json.readObject(path);
    JsonNode weightMap = json.path("weight_map");
    if (!weightMap.isObject() || weightMap.isEmpty()) {
      throw Messages.mismatch(
          path.toString(), "key 'weight_map'", "an object of tensor and file names", weightMap.getNodeType());
    }
    Map<String, Object> metadata = JsonMetadata.flatten(path.toString(), json.path("metadata"));
    SafetensorsIndex index = new SafetensorsIndex(path, metadata);
    weightMap.properties().forEach(entry -> index.add(entry.getKey(), entry.getValue()));
    return index;
  }

  private void add(String tensor, JsonNode shard) {
    if (!shard.isTextual() || !SHARD_NAME.matcher(shard.textValue()).matches()) {
      throw Messages.mismatch(
          path.toString(),
          Messages.tensor(tensor),
          "the name of a .safetensors file in the same directory",
          Messages.quote(shard.toString()));
    }
    namesByShard.computeIfAbsent(shard.textValue(), _ -> new ArrayList<>()).add(tensor);
  }

  Map<String, Object> metadata() {
    return metadata;
  }

  /** File names, sorted. */
  Collection<String> shards() {
    return namesByShard.keySet();
  }

  /** The tensors of a shard that the index assigns to it; all of these must be there. */
  List<TensorView> select(String shard, List<TensorView> tensors) {
    Map<String, TensorView> present = new LinkedHashMap<>();
    tensors.forEach(tensor -> present.put(tensor.name(), tensor));
    List<String> wanted = namesByShard.get(shard);
    for (String name : wanted) {
      if (!present.containsKey(name)) {
        throw new CheckpointException(
            "%s: %s: expected in %s, found no such tensor there".formatted(path, Messages.tensor(name), shard));
      }
    }
    present.keySet().retainAll(Set.copyOf(wanted));
    return List.copyOf(present.values());
  }
}
