package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.layer.Network;
import java.util.List;

/** A model family. */
public interface Architecture {
  /** The values of {@code general.architecture} that this family builds. */
  List<String> ids();

  /** How Hugging Face directories of this family are read; none if it has no such form. */
  default List<HuggingFaceForm> huggingFace() {
    return List.of();
  }

  /** Where GGUF files order rows or columns unlike Hugging Face directories. */
  default List<TensorOrder> orders(Config config) {
    return List.of();
  }

  Network build(Config config, Tensors tensors);
}
