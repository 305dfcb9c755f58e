package dev.tern.checkpoint;

import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Named tensors and the mapping they live in. */
final class MappedTensors implements AutoCloseable {
  private final Arena arena;
  private final Map<String, TensorView> tensors = new LinkedHashMap<>();

  /** Takes the arena over; names are unique. */
  MappedTensors(Arena arena, Stream<TensorView> tensors) {
    this.arena = arena;
    tensors.forEach(tensor -> this.tensors.put(tensor.name(), tensor));
  }

  /** Opens something in a new arena, which is closed if that fails. */
  static <T> T open(Function<Arena, T> opening) {
    Arena arena = Arena.ofShared();
    try {
      return opening.apply(arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  Collection<TensorView> all() {
    return Collections.unmodifiableCollection(tensors.values());
  }

  Optional<TensorView> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** Unmaps; a second time it does nothing. */
  @Override
  public synchronized void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
