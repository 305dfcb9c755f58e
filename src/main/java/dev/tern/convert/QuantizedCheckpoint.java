package dev.tern.convert;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint whose matrices are quantized when they are asked for, to the types that a file of the scheme would have.
 * What already has as few bits stays as it is. A quantized matrix is good until the next one is asked for: only one is
 * in memory.
 */
public final class QuantizedCheckpoint implements Checkpoint {
  private final Checkpoint source;
  private final QuantizationOptions options;
  private final TensorTypes types;

  /** The tensor asked for last: parts of a fused matrix ask for the same one. */
  private String lastName = "";

  private TensorView last;
  private NativeMemory memory = new NativeMemory();

  public QuantizedCheckpoint(Checkpoint source, QuantizationOptions options) {
    this.source = source;
    this.options = options;
    types = new TensorTypes(options.scheme(), options.overrides(), source.names());
  }

  @Override
  public Path path() {
    return source.path();
  }

  @Override
  public Metadata metadata() {
    return source.metadata();
  }

  @Override
  public Collection<TensorView> tensors() {
    return source.tensors();
  }

  @Override
  public Collection<String> names() {
    return source.names();
  }

  @Override
  public boolean has(String name) {
    return source.has(name);
  }

  @Override
  public Optional<TensorView> find(String name) {
    return name.equals(lastName) ? Optional.of(last) : source.find(name).map(tensor -> quantized(name, tensor));
  }

  private TensorView quantized(String name, TensorView tensor) {
    if (tensor.shape().size() < 2 || tensor.size() == 0) {
      return tensor;
    }
    TensorType type = types.of(new TensorInfo(name, tensor.type(), tensor.shape()));
    if (bits(type) >= bits(tensor.type())) {
      return tensor;
    }
    memory.close();
    memory = NativeMemory.expecting(new TensorInfo(name, type, tensor.shape()).bytes());
    SourceTensor view =
        new SourceTensor(name, tensor.type(), tensor.shape(), List.of(() -> tensor), SourceTensor.Change.NONE);
    MemorySegment data = TensorEncoder.encode(view, type, options.importance(), memory).data();
    last = new TensorView(tensor.name(), type, tensor.shape(), data);
    lastName = name;
    return last;
  }

  private static double bits(TensorType type) {
    return 8.0 * type.blockBytes() / type.blockSize();
  }

  /** Gives the last matrix back; the source stays open. */
  @Override
  public void close() {
    memory.close();
  }
}
