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
  private final Arena arena;
  private final Path path;
  private final Map<String, GgufValue> values;
  private final Metadata metadata;
  private final Map<String, TensorView> tensors = new LinkedHashMap<>();

  private GgufFile(Arena arena, List<GgufPart> parts) {
    this.arena = arena;
    GgufPart first = parts.getFirst();
    path = first.path();
    values = Collections.unmodifiableMap(first.values());
    metadata = first.metadata();
    parts.stream().flatMap(part -> part.tensors().stream()).forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /** Opens a file; of a split checkpoint any part stands for the whole. */
  public static GgufFile open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      return new GgufFile(arena, GgufSplits.read(path, arena));
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  /** The metadata with their types in the file, in the order of the file. */
  public Map<String, GgufValue> values() {
    return values;
  }

  @Override
  public Collection<TensorView> tensors() {
    return Collections.unmodifiableCollection(tensors.values());
  }

  @Override
  public Optional<TensorView> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
