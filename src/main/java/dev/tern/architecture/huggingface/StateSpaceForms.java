package dev.tern.architecture.huggingface;

import java.util.function.Function;

/** What the Hugging Face forms of state spaces have in common: names below a part of the layer, and keys. */
public final class StateSpaceForms {
  private StateSpaceForms() {}

  /** Tensors of a Mamba or Mamba-2 mixer, whose names start with {@code mixer} or {@code mamba}. */
  public static HuggingFaceForm.Builder mixer(HuggingFaceForm.Builder form, String prefix) {
    return form.layer(prefix + ".in_proj", "ssm_in")
        .layer(prefix + ".conv1d", "ssm_conv1d", Derivations.squeezed())
        .layer(prefix + ".A_log", "ssm_a", Derivations.negativeExp())
        .layer(prefix + ".D", "ssm_d")
        .layer(prefix + ".out_proj", "ssm_out");
  }

  /** Tensors of a Mamba-2 mixer. */
  public static HuggingFaceForm.Builder mamba2(HuggingFaceForm.Builder form, String prefix) {
    return mixer(form, prefix)
        .layer(prefix + ".dt_bias", "ssm_dt.bias")
        .layer(prefix + ".norm", "ssm_norm")
        .key("ssm.time_step_low", config -> limit(config, 0))
        .key("ssm.time_step_high", config -> limit(config, 1));
  }

  /** Tensors of a Mamba mixer. */
  public static HuggingFaceForm.Builder mamba1(HuggingFaceForm.Builder form, String prefix) {
    return mixer(form, prefix).layer(prefix + ".x_proj", "ssm_x").layer(prefix + ".dt_proj", "ssm_dt");
  }

  /** A product of two counts. */
  public static Function<HuggingFaceConfig, Object> product(String first, String second) {
    return config -> (long) config.count(first) * config.count(second);
  }

  /** Falcon-H1's factors of gate, values, B, C and time steps, with that of the mixer's input. */
  public static float[] inputMultipliers(HuggingFaceConfig config) {
    float[] multipliers = config.metadata().reals("ssm_multipliers");
    float in = (float) config.real("ssm_in_multiplier", 1);
    for (int i = 0; i < multipliers.length; i++) {
      multipliers[i] *= in;
    }
    return multipliers;
  }

  private static Double limit(HuggingFaceConfig config, int index) {
    return config.has("time_step_limit") ? (Double) (double) config.metadata().reals("time_step_limit")[index] : null;
  }
}
