package dev.tern.architecture;

import dev.tern.error.CheckpointException;
import dev.tern.kernel.Activation;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.GatedExpert;
import dev.tern.layer.Linear;
import dev.tern.layer.MixtureOfExperts;
import dev.tern.layer.Router;
import dev.tern.layer.Router.Scoring;

/** Mixture of experts from the usual keys ({@code expert_*}) and tensors ({@code ffn_*_exps}, {@code ffn_gate_inp}). */
final class Experts {
  private static final int SOFTMAX = 1;
  private static final int SIGMOID = 2;
  private static final int SOFTMAX_OF_CHOSEN = 3;

  private final Parts parts;
  private final Layer layer;
  private Scoring scoring;
  private boolean renormalise;
  private int groupBest = 1;
  private GatedActivation activation = new GatedActivation.Plain(Activation.SILU);
  private ChannelMixer shared;

  private Experts(Parts parts, Layer layer) {
    this.parts = parts;
    this.layer = layer;
    renormalise = parts.config.flag("expert_weights_norm", false);
    scoring = scoring(parts.config.count("expert_gating_func", SOFTMAX));
  }

  static Experts of(Parts parts, Layer layer) {
    return new Experts(parts, layer);
  }

  private Scoring scoring(int code) {
    return switch (code) {
      case SOFTMAX -> Scoring.SOFTMAX;
      case SIGMOID -> Scoring.SIGMOID;
      case SOFTMAX_OF_CHOSEN -> Scoring.SOFTMAX_OF_CHOSEN;
      default -> throw parts.config.invalid("expert_gating_func", "1, 2 or 3", code);
    };
  }

  /** Softmax over all experts, whatever the metadata leave open. */
  Experts softmax(boolean renormalise) {
    scoring = Scoring.SOFTMAX;
    this.renormalise = renormalise;
    return this;
  }

  Experts softmaxOfChosen() {
    scoring = Scoring.SOFTMAX_OF_CHOSEN;
    renormalise = false;
    return this;
  }

  Experts sigmoid(boolean renormalise) {
    scoring = Scoring.SIGMOID;
    this.renormalise = renormalise;
    return this;
  }

  boolean isSigmoid() {
    return scoring == Scoring.SIGMOID;
  }

  /** How many of its best experts make the score of a group. */
  Experts groupBest(int count) {
    groupBest = count;
    return this;
  }

  Experts activation(GatedActivation activation) {
    this.activation = activation;
    return this;
  }

  /**
   * An expert that sees every token, from tensors {@code ffn_*_shexp}, gated by {@code ffn_gate_inp_shexp} if there.
   */
  Experts sharedIfPresent() {
    if (parts.tensors.has(layer.name("ffn_up_shexp"))) {
      shared = parts.feedForward(layer, "_shexp", activation);
      Linear gate = gateOfShared();
      shared = gate == null ? shared : new GatedExpert(gate, shared);
    }
    return this;
  }

  /** The gate is one row: some checkpoints store it as a vector. */
  private Linear gateOfShared() {
    String name = layer.name("ffn_gate_inp_shexp");
    return parts.tensors.has(name) ? parts.tensors.rowLinear(name) : null;
  }

  MixtureOfExperts build() {
    Config config = parts.config;
    Linear[] up = parts.tensors.experts(layer.name("ffn_up_exps"), count());
    MixtureOfExperts.Experts experts =
        new MixtureOfExperts.Experts(
            gates(), up, parts.tensors.experts(layer.name("ffn_down_exps"), count()), activation);
    Router router =
        new Router(
            parts.tensors.linear(layer.name("ffn_gate_inp"), count(), config.width()),
            scoring,
            parts.tensors.vectorIf(layer.name("exp_probs_b.bias")),
            topK(),
            Math.max(1, config.count("expert_group_count", 1)),
            Math.max(1, config.count("expert_group_used_count", 1)),
            groupBest,
            renormalise,
            weightScale(config));
    return new MixtureOfExperts(router, experts, shared, false);
  }

  private Linear[] gates() {
    String name = layer.name("ffn_gate_exps");
    return parts.tensors.hasExperts(name) ? parts.tensors.experts(name, count()) : new Linear[0];
  }

  private static float weightScale(Config config) {
    float scale = config.real("expert_weights_scale", 1);
    return scale == 0 ? 1 : scale;
  }

  private int count() {
    return parts.config.count("expert_count");
  }

  private int topK() {
    int asked = parts.config.options().experts();
    int topK = asked > 0 ? asked : parts.config.count("expert_used_count");
    if (topK < 1 || topK > count()) {
      throw new CheckpointException(
          "%s: %d active experts asked for, expected 1 to %d"
              .formatted(parts.config.metadata().source(), topK, count()));
    }
    return topK;
  }
}
