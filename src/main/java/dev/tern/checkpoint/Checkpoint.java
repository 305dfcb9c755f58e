package dev.tern.checkpoint;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** A model on disk: metadata and named tensors in mapped memory, valid until it is closed. */
public interface Checkpoint extends AutoCloseable {
  /** The file (the first of a split one) or the directory. */
  Path path();

  Metadata metadata();

  /** All tensors in the order of the file. */
  Collection<TensorView> tensors();

  Optional<TensorView> find(String name);

  /** Whether {@link #find} finds a tensor, without the cost of making it. */
  default boolean has(String name) {
    return find(name).isPresent();
  }

  /** All names that {@link #find} knows: in a view of another format they differ from those of {@link #tensors}. */
  default Collection<String> names() {
    return tensors().stream().map(TensorView::name).toList();
  }

  @Override
  void close();
}
