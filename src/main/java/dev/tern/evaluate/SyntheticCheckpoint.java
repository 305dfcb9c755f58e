package dev.tern.evaluate;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.TernException;
import dev.tern.quant.BlockCodec;
import dev.tern.quant.Codecs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A checkpoint of any size without a file: tensors of random values, for measurements that depend on shapes and types
 * only. The values of all matrices are pieces of one buffer, so that a model of many gigabytes is there at once.
 */
public final class SyntheticCheckpoint implements Checkpoint {
  private static final int PATTERN = 1 << 20;

  private final String name;
  private final Metadata metadata;
  private final Map<String, TensorView> tensors = new LinkedHashMap<>();
  private final Arena arena = Arena.ofShared();
  private final TensorType type;
  private final MemorySegment values;
  private long next;

  /**
   * @param metadata with {@code general.architecture} and its keys
   * @param type of the matrices
   * @param largest values of the largest matrix
   */
  public SyntheticCheckpoint(String name, Map<String, Object> metadata, TensorType type, long largest) {
    this.name = name;
    this.metadata = new Metadata(name, metadata);
    this.type = type;
    values = randomValues(largest + PATTERN);
  }

  /** A pattern of normally distributed values with a deviation of 0.02, over and over. */
  private MemorySegment randomValues(long count) {
    BlockCodec codec = Codecs.of(type);
    if (!codec.encodes()) {
      throw new TernException("model '%s': expected a type that can be written, found %s".formatted(name, type));
    }
    SplittableRandom random = new SplittableRandom(7);
    float[] floats = new float[PATTERN];
    for (int i = 0; i < PATTERN; i++) {
      floats[i] = (float) (0.02 * random.nextGaussian());
    }
    long patternBytes = type.bytes(PATTERN);
    long repeats = Math.ceilDiv(count, PATTERN);
    MemorySegment all = arena.allocate(repeats * patternBytes, 64);
    codec.encode(floats, 0, PATTERN, null, all, 0);
    for (long i = 1; i < repeats; i++) {
      MemorySegment.copy(all, 0, all, i * patternBytes, patternBytes);
    }
    return all;
  }

  /** Adds a matrix {@code [rows, cols]}, or a stack of them. */
  public SyntheticCheckpoint matrix(String tensor, long... shape) {
    List<Long> dimensions = java.util.Arrays.stream(shape).boxed().toList();
    long size = dimensions.stream().reduce(1L, Math::multiplyExact);
    long at = type.bytes(next * 4096 % PATTERN);
    next++;
    tensors.put(tensor, new TensorView(tensor, type, dimensions, values.asSlice(at, type.bytes(size))));
    return this;
  }

  /** Adds a vector with the same value everywhere. */
  public SyntheticCheckpoint vector(String tensor, long size, float value) {
    MemorySegment data = arena.allocate(4 * size, 64);
    for (long i = 0; i < size; i++) {
      data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    tensors.put(tensor, new TensorView(tensor, TensorType.F32, List.of(size), data));
    return this;
  }

  @Override
  public Path path() {
    return Path.of(name);
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public Collection<TensorView> tensors() {
    return tensors.values();
  }

  @Override
  public Optional<TensorView> find(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }

  @Override
  public void close() {
    arena.close();
  }
}
