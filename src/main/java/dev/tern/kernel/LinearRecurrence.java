package dev.tern.kernel;

/**
 * A recurrence that is linear in a matrix state per head, S {@code [keyWidth, valueWidth]}: linear attention with
 * decay, the (gated) delta rule, Mamba-2 and RWKV-7. For every token
 *
 * <pre>
 *   ADDITIVE   S ← D S + k (w v)ᵀ
 *   DELTA      S ← D S;  S ← S + w k (v − Sᵀk)ᵀ
 *   LOW_RANK   S ← D S + b (Sᵀa)ᵀ + k (w v)ᵀ      both from the same S
 *   and then   o = Sᵀ q
 * </pre>
 *
 * where D is the diagonal of the decays and w a scalar (write strength) per head.
 *
 * <p>Sources: linear attention, Katharopoulos et al. 2020; RetNet, Sun et al. 2023; gated linear attention, Yang et al.
 * 2024 (2312.06635); Mamba-2, Dao and Gu 2024 (2405.21060); gated delta rule, Yang et al. 2024 (2412.06464); Kimi Delta
 * Attention, 2510.26692; RWKV-7, Peng et al. 2025 (2503.14456).
 *
 * @param heads states; values and outputs have {@code heads · valueWidth} columns
 * @param keyHeads q, k, a and b have {@code keyHeads · keyWidth} columns; a divisor of {@code heads}
 * @param tiled whether head h uses key head {@code h mod keyHeads}; otherwise neighbouring heads share one
 * @param keyWidth rows of a state
 * @param valueWidth columns of a state
 * @param update how a token changes the state
 * @param decay whether D is one number per head or one per row of the state
 */
public record LinearRecurrence(
    int heads, int keyHeads, boolean tiled, int keyWidth, int valueWidth, Update update, Decay decay) {
  /** What a token adds to the decayed state. */
  public enum Update {
    ADDITIVE,
    DELTA,
    LOW_RANK
  }

  /** Granularity of the decays: {@code heads} columns, or {@code heads · keyWidth}. */
  public enum Decay {
    PER_HEAD,
    PER_CHANNEL
  }

  /** Rows of a state are padded to whole vectors of up to this many floats; the padding is zero. */
  private static final int PADDING = 16;

  public LinearRecurrence {
    if (heads < 1 || keyHeads < 1 || heads % keyHeads != 0 || keyWidth < 1 || valueWidth < 1) {
      throw new IllegalArgumentException(
          "recurrence of %d heads with %d key heads, %d × %d".formatted(heads, keyHeads, keyWidth, valueWidth));
    }
  }

  /** The key head that a head uses. */
  public int keyHead(int head) {
    return tiled ? head % keyHeads : head / (heads / keyHeads);
  }

  /** Floats from one row of a state to the next. */
  public int stride() {
    return (valueWidth + PADDING - 1) / PADDING * PADDING;
  }

  /** Floats in the state of one head. */
  public int headFloats() {
    return Math.multiplyExact(keyWidth, stride());
  }

  /** Bytes of the state of one sequence, {@code [heads, keyWidth, stride]} in f32. */
  public long stateBytes() {
    return 4L * heads * headFloats();
  }
}
