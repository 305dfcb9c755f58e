package dev.tern.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF checkpoint of version 2 or 3, little-endian, in one file or split into several. Everything in the header is
 * checked when it is opened; a malformed file ends in a {@link dev.tern.error.CheckpointException}.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the specification of GGUF</a>
 */
public final class GgufFile implements Checkpoint {
  private final Path path;
  private final Map<String, GgufValue> values;
  private final Metadata metadata;
  private final MappedTensors tensors;

  private GgufFile(Arena arena, List<GgufPart> parts) {
    GgufPart first = parts.getFirst();
    path = first.path();
    values = new LinkedHashMap<>(first.values());
    values.keySet().removeAll(GgufSplits.KEYS);
    metadata = metadata(path, values);
    tensors = new MappedTensors(arena, parts.stream().flatMap(part -> part.tensors().stream()));
  }

  /** Opens a file; of a split checkpoint any part stands for the whole. */
  public static GgufFile open(Path path) {
    return MappedTensors.open(arena -> new GgufFile(arena, GgufSplits.read(path, arena)));
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  /** The metadata with their types in the file, in the order of the file; without those that tell of splitting. */
  public Map<String, GgufValue> values() {
    return Collections.unmodifiableMap(values);
  }

  static Metadata metadata(Path path, Map<String, GgufValue> values) {
    Map<String, Object> plain = LinkedHashMap.newLinkedHashMap(values.size());
    values.forEach((key, value) -> plain.put(key, value.value()));
    return new Metadata(path.toString(), plain);
  }

  @Override
  public Collection<TensorView> tensors() {
    return tensors.all();
  }

  @Override
  public Optional<TensorView> find(String name) {
    return tensors.find(name);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
