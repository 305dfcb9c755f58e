package dev.tern.architecture.huggingface;

import dev.tern.checkpoint.TensorView;

/** Makes the tensor that GGUF has of the one that a Hugging Face directory has; see {@link Derivations}. */
@FunctionalInterface
public interface Derivation {
  /** The tensor as it is. */
  Derivation NONE = (tensor, config) -> tensor;

  /** The result keeps the name of the source. */
  TensorView apply(TensorView tensor, HuggingFaceConfig config);

  /** First this, then {@code next}. */
  default Derivation then(Derivation next) {
    return (tensor, config) -> next.apply(apply(tensor, config), config);
  }
}
