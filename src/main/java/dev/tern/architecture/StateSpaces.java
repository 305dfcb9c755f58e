package dev.tern.architecture;

import dev.tern.kernel.Activation;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.kernel.SelectiveScan;
import dev.tern.layer.Mamba1;
import dev.tern.layer.Mamba2;
import dev.tern.layer.Norm;
import java.util.Arrays;

/** Mamba and Mamba-2 mixers from the usual keys and tensors ({@code ssm.*}, {@code ssm_*}). */
final class StateSpaces {
  private StateSpaces() {}

  /** Whether a layer has a state space. */
  static boolean has(Parts parts, Layer layer) {
    return parts.tensors.has(layer.name("ssm_in"));
  }

  static Mamba2 mamba2(Parts parts, Layer layer) {
    Config config = parts.config;
    Tensors tensors = parts.tensors;
    int inner = config.count("ssm.inner_size");
    int heads = config.divisor("ssm.time_step_rank", inner);
    int groups = config.has("ssm.group_count") ? config.divisor("ssm.group_count", heads) : 1;
    int states = config.positive("ssm.state_size");
    int channels = inner + 2 * groups * states;
    LinearRecurrence recurrence =
        new LinearRecurrence(heads, groups, false, states, inner / heads, Update.ADDITIVE, Decay.PER_HEAD);
    CausalConvolution convolution =
        Convolutions.of(
            tensors, layer.name("ssm_conv1d"), config.positive("ssm.conv_kernel"), channels, Activation.SILU);
    Mamba2.Parameters parameters =
        new Mamba2.Parameters(
            tensors.vector(layer.name("ssm_a"), heads),
            tensors.vector(layer.name("ssm_dt.bias"), heads),
            config.real("ssm.time_step_low", 0),
            config.real("ssm.time_step_high", Double.POSITIVE_INFINITY),
            tensors.vector(layer.name("ssm_d"), heads),
            inputScale(config, inner, groups * states, heads));
    return new Mamba2(
        tensors.linear(layer.name("ssm_in"), inner + channels + heads, config.width()),
        tensors.linear(layer.name("ssm_out"), config.width(), inner),
        convolution,
        recurrence,
        parameters,
        gatedNorm(parts, layer, inner, groups),
        parts.slots.add(options -> Mamba2.state(convolution, recurrence)));
  }

  /** One factor for each of gate, values, B, C and time steps, by column; null where all are 1. */
  private static float[] inputScale(Config config, int inner, int keys, int heads) {
    float[] factors = config.reals("multiplier.ssm", 1, 1, 1, 1, 1);
    int[] widths = {inner, inner, keys, keys, heads};
    float[] scale = new float[2 * inner + 2 * keys + heads];
    boolean needed = false;
    for (int part = 0, at = 0; part < widths.length; at += widths[part++]) {
      Arrays.fill(scale, at, at + widths[part], factors[part]);
      needed |= factors[part] != 1;
    }
    return needed ? scale : null;
  }

  /** The output norm per group, after the gate unless the checkpoint says otherwise; the gate alone without a norm. */
  private static GatedNorm gatedNorm(Parts parts, Layer layer, int inner, int groups) {
    String name = layer.name("ssm_norm");
    if (!parts.tensors.has(name)) {
      return new GatedNorm(0, null, 0, Activation.SILU, true);
    }
    boolean gateFirst = !parts.config.flag("ssm.norm_before_gate", false);
    float[] weight = parts.tensors.vector(name, inner);
    return new GatedNorm(groups, weight, parts.config.rmsEpsilon(), Activation.SILU, gateFirst);
  }

  static Mamba1 mamba1(Parts parts, Layer layer) {
    Config config = parts.config;
    Tensors tensors = parts.tensors;
    int inner = config.count("ssm.inner_size");
    int states = config.positive("ssm.state_size");
    int rank = config.positive("ssm.time_step_rank");
    CausalConvolution convolution =
        Convolutions.of(tensors, layer.name("ssm_conv1d"), config.positive("ssm.conv_kernel"), inner, Activation.SILU);
    float[] rates = tensors.vector(layer.name("ssm_a"), (long) inner * states);
    SelectiveScan scan =
        new SelectiveScan(
            inner, states, Convolutions.transpose(rates, inner, states), tensors.vector(layer.name("ssm_d"), inner));
    String step = layer.name("ssm_dt");
    Mamba1.Projections projections =
        new Mamba1.Projections(
            tensors.linear(layer.name("ssm_in"), 2 * inner, config.width()),
            tensors.linear(layer.name("ssm_x"), rank + 2 * states, inner),
            tensors.linear(step, step, null),
            tensors.linear(layer.name("ssm_out"), config.width(), inner));
    return new Mamba1(
        projections,
        convolution,
        scan,
        tensors.vector(step + ".bias", inner),
        norms(parts, layer),
        parts.slots.add(options -> Mamba1.state(convolution, scan)));
  }

  private static Mamba1.Norms norms(Parts parts, Layer layer) {
    Norm step = parts.normIf(layer.name("ssm_dt_norm"));
    Norm write = parts.normIf(layer.name("ssm_b_norm"));
    return new Mamba1.Norms(step, write, parts.normIf(layer.name("ssm_c_norm")));
  }
}
