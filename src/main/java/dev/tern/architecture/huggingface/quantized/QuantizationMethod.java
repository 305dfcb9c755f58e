package dev.tern.architecture.huggingface.quantized;

import dev.tern.checkpoint.TensorView;
import java.util.Optional;
import java.util.function.Function;

/** One way of storing quantized weights as several tensors. */
interface QuantizationMethod {
  QuantizationMethod NONE = (tensor, tensors) -> Optional.empty();

  /**
   * The weight that this tensor holds the codes of, if it does.
   *
   * @param tensors finds the others that belong to it
   */
  Optional<QuantizedWeight> weight(TensorView tensor, Function<String, Optional<TensorView>> tensors);

  /** Whether a tensor only says how other runtimes quantize activations or caches. */
  default boolean isOfActivations(String name) {
    return false;
  }
}
