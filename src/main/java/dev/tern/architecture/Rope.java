package dev.tern.architecture;

import dev.tern.layer.RotaryTable;

/** Rotary tables from the metadata, with the scalings that checkpoints ask for. */
final class Rope {
  private Rope() {}

  /** The table of the keys {@code rope.*}; pairs are neighbours if the checkpoint's rows are ordered for that. */
  static RotaryTable table(Config config, Tensors tensors, boolean interleaved) {
    return table(config, tensors, config.real("rope.freq_base", 10000), interleaved);
  }

  static RotaryTable table(Config config, Tensors tensors, float base, boolean interleaved) {
    int width = config.count("rope.dimension_count", config.keyWidth());
    float[] frequencies = frequencies(width, base);
    String scaling = config.text("rope.scaling.type", "none");
    float magnitude = 1;
    switch (scaling) {
      case "none" -> divide(frequencies, tensors.vectorIf("rope_freqs"));
      case "linear" -> scale(frequencies, 1 / config.real("rope.scaling.factor"));
      case "yarn" -> magnitude = yarn(config, frequencies, base);
      case "longrope" -> magnitude = longRope(config, tensors, frequencies);
      default -> throw config.invalid("rope.scaling.type", "none, linear, yarn or longrope", scaling);
    }
    return new RotaryTable(frequencies, magnitude, config.flag("rope.interleaved", interleaved));
  }

  /** A table without scaling. */
  static RotaryTable plain(int width, float base, boolean interleaved) {
    return new RotaryTable(frequencies(width, base), 1, interleaved);
  }

  static float[] frequencies(int width, float base) {
    float[] frequencies = new float[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (1 / Math.pow(base, 2.0 * i / width));
    }
    return frequencies;
  }

  private static void divide(float[] frequencies, float[] factors) {
    if (factors != null) {
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= factors[i];
      }
    }
  }

  private static void scale(float[] frequencies, float factor) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] *= factor;
    }
  }

  /** YaRN (Peng et al. 2023): slow pairs are interpolated, fast ones kept, with a ramp between. */
  private static float yarn(Config config, float[] frequencies, float base) {
    float factor = config.real("rope.scaling.factor");
    int trained = config.count("rope.scaling.original_context_length", config.contextLength());
    double fast = rampEnd(config.real("rope.scaling.yarn_beta_fast", 32), frequencies, base, trained);
    double slow = rampEnd(config.real("rope.scaling.yarn_beta_slow", 1), frequencies, base, trained);
    boolean whole = config.flag("rope.scaling.yarn_truncate", true);
    double low = Math.max(0, whole ? Math.floor(fast) : fast);
    double high = Math.min(2 * frequencies.length - 1, whole ? Math.ceil(slow) : slow);
    double length = Math.max(0.001, high - low);
    for (int i = 0; i < frequencies.length; i++) {
      double interpolated = Math.clamp((i - low) / length, 0, 1);
      frequencies[i] *= (float) (interpolated / factor + 1 - interpolated);
    }
    float logMultiplier = config.real("rope.scaling.yarn_log_multiplier", 0);
    float attention = config.real("rope.scaling.attn_factor", 1);
    return attention * (float) (logMultiplier == 0 ? 1 + 0.1 * Math.log(factor) : 1);
  }

  /** The pair that turns {@code turns} times within the trained context. */
  private static double rampEnd(float turns, float[] frequencies, float base, int trained) {
    return frequencies.length * Math.log(trained / (turns * 2 * Math.PI)) / Math.log(base);
  }

  /** LongRoPE (Ding et al. 2024): factors per pair, by whether the context exceeds the trained one. */
  private static float longRope(Config config, Tensors tensors, float[] frequencies) {
    int trained = config.count("rope.scaling.original_context_length", config.contextLength());
    boolean extended = config.contextLength() > trained;
    float[] longFactors = tensors.vector("rope_factors_long");
    float[] shortFactors = tensors.vector("rope_factors_short");
    divide(frequencies, extended ? longFactors : shortFactors);
    double growth = (double) config.contextLength() / trained;
    double fallback = growth <= 1 ? 1 : Math.sqrt(1 + Math.log(growth) / Math.log(trained));
    return config.real("rope.scaling.attn_factor", fallback);
  }
}
