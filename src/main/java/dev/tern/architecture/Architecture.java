package dev.tern.architecture;

import dev.tern.layer.Network;
import java.util.List;

/** A model family. */
public interface Architecture {
  /** The values of {@code general.architecture} that this family builds. */
  List<String> ids();

  Network build(Config config, Tensors tensors);
}
