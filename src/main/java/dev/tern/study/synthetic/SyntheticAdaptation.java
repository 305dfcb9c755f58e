package dev.tern.study.synthetic;

import dev.tern.evaluate.LayerParts;
import dev.tern.layer.Adaptation;
import dev.tern.layer.EmbeddingDelta;
import dev.tern.layer.Linear;
import dev.tern.layer.LinearDelta;
import dev.tern.layer.Network;
import java.util.IdentityHashMap;
import java.util.Map;

/** A LoRA of random weights on every linear of a network's blocks; its memory is that of the linears' maker. */
public final class SyntheticAdaptation implements Adaptation {
  private final Map<Linear, LinearDelta> deltas = new IdentityHashMap<>();

  public SyntheticAdaptation(Network network, int rank, SyntheticLinears linears) {
    network.blocks().stream()
        .flatMap(block -> LayerParts.of(block).stream())
        .forEach(
            part -> {
              if (part instanceof Linear linear) {
                var terms = linears.lowRank(linear.outputs(), linear.inputs(), rank);
                deltas.put(linear, new LinearDelta.LowRank(terms, 1));
              }
            });
  }

  @Override
  public LinearDelta delta(Linear linear) {
    return deltas.get(linear);
  }

  @Override
  public EmbeddingDelta embedding() {
    return null;
  }

  /** Lives as long as the linears' maker. */
  @Override
  public void retain() {}

  @Override
  public void release() {}
}
