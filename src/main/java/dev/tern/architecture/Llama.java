package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** Llama 1 to 3 and Mistral (Touvron et al. 2023; Jiang et al. 2023); with experts Mixtral (Jiang et al. 2024). */
final class Llama implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("llama", "mistral");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(
        HuggingFaceForm.of("llama", "llama"),
        HuggingFaceForm.of("mistral", "llama"),
        HuggingFaceForm.of("ministral", "llama"),
        HuggingFaceForm.of("mixtral", "llama"));
  }

  @Override
  public List<TensorOrder> orders(Config config) {
    return List.of(new RotaryOrder(config));
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, true);
    return parts.network(
        layer ->
            parts.block(
                layer,
                parts.attention(layer).rope(rope).window(config.slidingWindow(layer)).build(),
                parts.hasExperts(layer)
                    ? Experts.of(parts, layer).softmax(true).build()
                    : parts.feedForward(layer, Activation.SILU)));
  }
}
