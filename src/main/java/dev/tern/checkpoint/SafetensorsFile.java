package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tensors in a safetensors file, or in several that an index lists. The metadata are what the file says of itself
 * ({@code __metadata__}), mostly nothing; the configuration of a model lies beside it (see {@link
 * HuggingFaceDirectory}). A malformed file ends in a {@link CheckpointException}.
 */
public final class SafetensorsFile implements Checkpoint {
  /** The limit of the reference implementation. */
  private static final int MAX_HEADER = 100_000_000;

  private final Path path;
  private final Metadata metadata;
  private final MappedTensors tensors;

  /** One mapped file. */
  record Part(SafetensorsHeader header, List<TensorView> tensors) {}

  private SafetensorsFile(Path path, Map<String, Object> metadata, MappedTensors tensors) {
    this.path = path;
    this.metadata = new Metadata(path.toString(), metadata);
    this.tensors = tensors;
  }

  /** Opens a file, or all files of an index {@code *.index.json}. */
  public static SafetensorsFile open(Path path) {
    boolean sharded = path.toString().endsWith(".json");
    return MappedTensors.open(arena -> sharded ? openShards(path, arena) : openSingle(path, arena));
  }

  private static SafetensorsFile openSingle(Path path, Arena arena) {
    Part part = read(path, arena);
    return new SafetensorsFile(
        path, new LinkedHashMap<>(part.header.metadata()), new MappedTensors(arena, part.tensors.stream()));
  }

  private static SafetensorsFile openShards(Path path, Arena arena) {
    SafetensorsIndex index = SafetensorsIndex.read(path);
    Stream<TensorView> tensors =
        index.shards().stream()
            .flatMap(shard -> index.select(shard, read(path.resolveSibling(shard), arena).tensors).stream());
    return new SafetensorsFile(path, index.metadata(), new MappedTensors(arena, tensors));
  }

  private static Part read(Path path, Arena arena) {
    return parse(path, MappedFile.map(path, arena));
  }

  /** Checks the contents of a file; the tensors are slices of them. */
  static Part parse(Path path, MemorySegment file) {
    String source = path.toString();
    LittleEndianReader in = new LittleEndianReader(source, file, file.byteSize());
    int length = in.count("bytes of JSON", 1, MAX_HEADER);
    if (length == 0 || file.get(ValueLayout.JAVA_BYTE, in.position()) != '{') {
      throw in.mismatch("a JSON object after the length", length == 0 ? "nothing" : "another character than '{'");
    }
    byte[] json = file.asSlice(in.position(), length).toArray(ValueLayout.JAVA_BYTE);
    SafetensorsHeader header = SafetensorsHeader.parse(source, Json.decode(source, json));
    MemorySegment data = file.asSlice(in.position() + length);
    TensorRanges ranges = new TensorRanges(source, data.byteSize());
    header.entries().forEach(entry -> ranges.add(entry.info(), entry.start(), entry.end() - entry.start()));
    ranges.requireDense();
    return new Part(header, header.entries().stream().map(entry -> view(entry, data)).toList());
  }

  private static TensorView view(SafetensorsHeader.Entry entry, MemorySegment data) {
    MemorySegment slice = data.asSlice(entry.start(), entry.end() - entry.start());
    return new TensorView(entry.info().name(), entry.info().type(), entry.info().shape(), slice);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Metadata metadata() {
    return metadata;
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
