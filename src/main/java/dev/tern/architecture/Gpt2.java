package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.layer.Embedding;
import dev.tern.layer.Network;
import java.util.List;

/** GPT-2 (Radford et al. 2019) and its distilled relatives: learned positions, layer norms, biases everywhere. */
final class Gpt2 implements Architecture {
  @Override
  public List<String> ids() {
    return List.of("gpt2");
  }

  @Override
  public Network build(Config config, Tensors tensors) {
    Parts parts = new Parts(config, tensors);
    Embedding embedding = new Embedding(tensors.weights("token_embd"), 1, tensors.weights("position_embd"), null, null);
    return parts.network(
        embedding,
        parts.head(1, 0),
        layer -> parts.block(layer, parts.attention(layer).build(), parts.feedForward(layer, Activation.GELU_TANH)));
  }
}
