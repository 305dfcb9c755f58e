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

  /** Columns of a panel: columns of the state are padded to whole ones. */
  public static final int PANEL = 32;

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

  /** Heads that share a key head. */
  public int sharing() {
    return heads / keyHeads;
  }

  /** The {@code index}-th of the heads that share a key head. */
  public int head(int keyHead, int index) {
    return tiled ? index * keyHeads + keyHead : keyHead * sharing() + index;
  }

  /** Panels of a state; the columns beyond {@code valueWidth} are zero. */
  public int panels() {
    return Math.ceilDiv(valueWidth, PANEL);
  }

  /** Columns with padding. */
  public int paddedWidth() {
    return panels() * PANEL;
  }

  /**
   * Columns that are stored side by side: a state is blocks {@code [keyWidth, blockWidth]}, one after the other. Two
   * panels if possible: a step then reads one run of memory with four wide vectors in each row.
   */
  public int blockWidth() {
    return panels() % 2 == 0 ? 2 * PANEL : PANEL;
  }

  /** Where the element {@code [i, j]} of a head's state is among its floats. */
  public int index(int i, int j) {
    int width = blockWidth();
    return (j / width * keyWidth + i) * width + j % width;
  }

  /** Floats in the matrix of a head. */
  public int matrixFloats() {
    return Math.multiplyExact(keyWidth, paddedWidth());
  }

  /**
   * Floats in the state of one head. A rule that reads the state before it writes leaves its last write pending behind
   * the matrix, so that a step passes over the matrix once: d {@code [keyWidth]}, b {@code [keyWidth]}, x {@code
   * [paddedWidth]} and, for the low-rank rule, k {@code [keyWidth]}, v {@code [paddedWidth]}. The state is then diag(d)
   * M + b xᵀ + k vᵀ; zeros throughout are an empty state.
   */
  public int headFloats() {
    int writes =
        switch (update) {
          case ADDITIVE -> 0;
          case DELTA -> 1;
          case LOW_RANK -> 2;
        };
    int pending = writes == 0 ? 0 : keyWidth + writes * (keyWidth + paddedWidth());
    return Math.addExact(matrixFloats(), Math.ceilDiv(pending, PANEL) * PANEL);
  }

  /** Bytes of the state of one sequence, {@code [heads, headFloats]} in f32. */
  public long stateBytes() {
    return 4L * heads * headFloats();
  }
}
