package dev.tern.study.synthetic;

import dev.tern.error.TernException;
import dev.tern.kernel.Activation;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.FeedForward;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.Linear;
import dev.tern.layer.MixtureOfExperts;
import dev.tern.layer.Router;
import dev.tern.layer.Router.Scoring;

/** Feed-forwards with random weights, dense or of experts. */
public final class SyntheticExperts {
  private static final GatedActivation SWIGLU = new GatedActivation.Plain(Activation.SILU);

  private SyntheticExperts() {}

  /** A gated feed-forward. */
  public static ChannelMixer dense(SyntheticLinears linears, int width, int hidden) {
    return new FeedForward(
        linears.linear(hidden, width), linears.linear(hidden, width), linears.linear(width, hidden), SWIGLU);
  }

  /** Weights of experts, which layers of several routers may share. */
  public static MixtureOfExperts.Experts experts(SyntheticLinears linears, int count, int width, int hidden) {
    return new MixtureOfExperts.Experts(
        linears.linears(count, hidden, width),
        linears.linears(count, hidden, width),
        linears.linears(count, width, hidden),
        SWIGLU);
  }

  /**
   * A layer over given experts.
   *
   * @param skew 0 for routing by the random logits alone; above, low numbers are preferred, by skew·ln of the number in
   *     units of an expert's mean score
   */
  public static MixtureOfExperts routed(MixtureOfExperts.Experts experts, Linear logits, int active, double skew) {
    int count = experts.up().length;
    if (active < 1 || active > count) {
      throw new TernException("experts: expected 1 to %d active, found %d".formatted(count, active));
    }
    float[] bias = new float[count];
    for (int e = 0; e < count; e++) {
      bias[e] = (float) (-skew * Math.log1p(e) / count);
    }
    Router router = new Router(logits, Scoring.SOFTMAX, bias, active, 1, 1, 1, true, 1);
    return new MixtureOfExperts(router, experts, null, false);
  }
}
