package dev.tern.kernel;

/**
 * The selective state space of Mamba (Gu and Dao 2023, 2312.00752), with a decay of its own for every channel c and
 * state n: {@code h[n,c] ← exp(Δ_c · A[n,c]) · h[n,c] + Δ_c · B_n · x_c}, {@code y_c = Σ_n C_n · h[n,c] + D_c · x_c}.
 *
 * @param channels inner width
 * @param states per channel
 * @param rates A {@code [states, channels]}: negative
 * @param skip D {@code [channels]}
 */
public record SelectiveScan(int channels, int states, float[] rates, float[] skip) {
  public SelectiveScan {
    if (rates.length != Math.multiplyExact(channels, states) || skip.length != channels) {
      throw new IllegalArgumentException(
          "selective scan of %d channels × %d states with %d rates and %d skips"
              .formatted(channels, states, rates.length, skip.length));
    }
  }

  /** Bytes of the state of one sequence, {@code [states, channels]} in f32. */
  public long stateBytes() {
    return 4L * states * channels;
  }
}
