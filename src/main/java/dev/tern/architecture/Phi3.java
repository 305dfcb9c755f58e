package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.FeedForward;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.Network;
import dev.tern.layer.RotaryTable;
import java.util.List;

/** Phi-3 and Phi-4-mini (Abdin et al. 2024): fused projections. */
final class Phi3 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("phi3");
  }

  @Override
  public List<HuggingFaceForm> huggingFace() {
    return List.of(HuggingFaceForm.builder("phi3", "phi3").layer("mlp.gate_up_proj", "ffn_up").build());
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    RotaryTable rope = Rope.table(config, tensors, false);
    return parts.network(
        layer ->
            parts.block(
                layer,
                parts.attention(layer).rope(rope).window(config.slidingWindow(layer)).build(),
                feedForward(config, tensors, layer)));
  }

  /** {@code ffn_up} holds the rows of the gate, then those of the up projection. */
  private static FeedForward feedForward(Config config, Tensors tensors, Layer layer) {
    int hidden = config.count("feed_forward_length");
    String fused = layer.name("ffn_up");
    return new FeedForward(
        tensors.slice(fused, ".gate", 0, hidden),
        tensors.slice(fused, ".up", hidden, hidden),
        tensors.linear(layer.name("ffn_down")),
        new GatedActivation.Plain(Activation.SILU));
  }
}
