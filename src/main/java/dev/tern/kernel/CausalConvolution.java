package dev.tern.kernel;

/**
 * A short causal convolution of every channel along time: {@code out_t = activation(Σ_j weights[j] · in_{t − taps + 1 +
 * j} + bias)}. What precedes the first row is the state, {@code [taps − 1, channels]}: the last inputs in order of
 * time.
 *
 * @param taps width of the window
 * @param channels channels
 * @param weights {@code [taps, channels]}; the last tap meets the current token
 * @param bias {@code [channels]} or null
 * @param activation {@link Activation#SILU} or {@link Activation#IDENTITY}
 */
public record CausalConvolution(int taps, int channels, float[] weights, float[] bias, Activation activation) {
  public CausalConvolution {
    if (taps < 1 || weights.length != Math.multiplyExact(taps, channels)) {
      throw new IllegalArgumentException(
          "convolution of %d taps × %d channels with %d weights".formatted(taps, channels, weights.length));
    }
    if (bias != null && bias.length != channels) {
      throw new IllegalArgumentException("convolution of %d channels with %d biases".formatted(channels, bias.length));
    }
    if (activation != Activation.SILU && activation != Activation.IDENTITY) {
      throw new IllegalArgumentException("convolution with activation " + activation);
    }
  }

  /** Bytes of the state of one sequence. */
  public long stateBytes() {
    return 4L * (taps - 1) * channels;
  }
}
