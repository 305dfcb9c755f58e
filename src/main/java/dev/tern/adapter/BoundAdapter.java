package dev.tern.adapter;

import dev.tern.error.TernException;
import dev.tern.layer.Adaptation;
import dev.tern.layer.EmbeddingDelta;
import dev.tern.layer.Linear;
import dev.tern.layer.LinearDelta;
import dev.tern.tensor.NativeMemory;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An adapter in native memory, ready for one network. It is freed when it has been closed and no sequence holds it any
 * more.
 */
public final class BoundAdapter implements Adaptation, AutoCloseable {
  private final Path path;
  private final Map<String, LinearDelta> deltas;
  private final EmbeddingDelta embedding;
  private final NativeMemory memory;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final AtomicInteger open = new AtomicInteger(1);

  BoundAdapter(Path path, Map<String, LinearDelta> deltas, EmbeddingDelta embedding, NativeMemory memory) {
    this.path = path;
    this.deltas = Map.copyOf(deltas);
    this.embedding = embedding;
    this.memory = memory;
  }

  /** Where it was loaded from. */
  public Path path() {
    return path;
  }

  /** How many linears it changes. */
  public int targets() {
    return deltas.size() + (embedding == null ? 0 : 1);
  }

  /** Bytes of weights in native memory. */
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public LinearDelta delta(Linear linear) {
    return deltas.get(linear.name());
  }

  @Override
  public EmbeddingDelta embedding() {
    return embedding;
  }

  @Override
  public void retain() {
    int before = holders.getAndUpdate(count -> count == 0 ? 0 : count + 1);
    if (before == 0) {
      throw new TernException("%s: the adapter is closed".formatted(path));
    }
  }

  @Override
  public void release() {
    if (holders.decrementAndGet() == 0) {
      memory.close();
    }
  }

  /** Frees the memory as soon as no sequence uses it. */
  @Override
  public void close() {
    if (open.getAndSet(0) == 1) {
      release();
    }
  }
}
