package dev.tern.layer;

import dev.tern.tensor.Activations;
import java.util.List;

/**
 * A whole language model: embedding, blocks, head.
 *
 * @param slots the states of a sequence
 */
public record Network(Embedding embedding, List<Block> blocks, Head head, Slots slots) {
  /** Runs the batch of {@code pass} and leaves the residual stream {@code [batch, width]} in {@code x}. */
  public void forward(Pass pass, Activations x) {
    pass.next();
    embedding.apply(pass, x);
    for (int i = 0; i < blocks.size(); i++) {
      blocks.get(i).forward(pass, x);
    }
  }

  /** Whether this is an encoder, which sees a whole text at once and does not generate. */
  public boolean isEncoder() {
    return head instanceof EncoderHead;
  }

  /** Runs the batch and computes the logits it asks for. */
  public void forward(Pass pass, Activations x, Activations logits) {
    forward(pass, x);
    head.apply(pass, x, logits);
  }

  public int width() {
    return embedding.tokens().cols();
  }

  public int vocabulary() {
    return embedding.tokens().rows();
  }
}
