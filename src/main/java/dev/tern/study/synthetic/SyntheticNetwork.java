package dev.tern.study.synthetic;

import dev.tern.layer.Block;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.Embedding;
import dev.tern.layer.LanguageHead;
import dev.tern.layer.Network;
import dev.tern.layer.Norm;
import dev.tern.layer.Residual;
import dev.tern.layer.ResidualBlock;
import dev.tern.layer.Slots;
import dev.tern.layer.TokenMixer;
import java.util.ArrayList;
import java.util.List;

/** Whole decoders of random weights: any mixers in any order. */
public final class SyntheticNetwork {
  private static final float EPSILON = 1e-6f;

  private SyntheticNetwork() {}

  /**
   * A decoder's shape.
   *
   * @param mixers names of {@link SyntheticMixers}, repeated over the layers
   * @param experts of each layer; 0 for a dense feed-forward
   * @param active experts per token
   */
  public record Plan(
      LayerShape shape, List<String> mixers, int layers, int hidden, int vocabulary, int experts, int active) {
    /** Values of the largest matrix. */
    public long largest() {
      return (long) shape.width() * Math.max(vocabulary, Math.max(hidden, 4 * shape.inner()));
    }
  }

  /** The network of a plan. */
  public static Network of(Plan plan, SyntheticLinears linears) {
    Slots slots = new Slots();
    SyntheticMixers mixers = new SyntheticMixers(plan.shape, linears, slots);
    List<Block> blocks = new ArrayList<>();
    for (int layer = 0; layer < plan.layers; layer++) {
      blocks.add(block(plan, mixers.of(plan.mixers.get(layer % plan.mixers.size())), linears));
    }
    int width = plan.shape.width();
    return new Network(
        Embedding.of(linears.weights(plan.vocabulary, width)),
        blocks,
        new LanguageHead(norm(width), linears.linear(plan.vocabulary, width), 1, 0),
        slots);
  }

  /** One layer around a token mixer. */
  public static Block block(Plan plan, TokenMixer mixer, SyntheticLinears linears) {
    int width = plan.shape.width();
    return ResidualBlock.of(
        Residual.preNorm(norm(width), mixer), Residual.preNorm(norm(width), channelMixer(plan, linears)));
  }

  private static ChannelMixer channelMixer(Plan plan, SyntheticLinears linears) {
    int width = plan.shape.width();
    if (plan.experts == 0) {
      return SyntheticExperts.dense(linears, width, plan.hidden);
    }
    return SyntheticExperts.routed(
        SyntheticExperts.experts(linears, plan.experts, width, plan.hidden),
        linears.linear(plan.experts, width),
        plan.active,
        0);
  }

  private static Norm norm(int width) {
    return new Norm.Rms(Vectors.filled(width, 1), EPSILON);
  }
}
