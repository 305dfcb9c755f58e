package dev.tern.kernel.simd;

import dev.tern.kernel.Products.Product;
import dev.tern.quant.Codebook;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;

/** Products of whole panels with 8-bit activations, for the layouts where that is faster than floats. */
final class Int8Decoder {
  /** Activations reach up to this. */
  private static final int LARGEST = 127;

  private static final short[][] LEVELS = levels();

  private Int8Decoder() {}

  private static short[][] levels() {
    short[][] levels = new short[Codebook.values().length][32];
    for (Codebook codebook : Codebook.values()) {
      for (int i = 0; i < 32; i++) {
        levels[codebook.ordinal()][i] = (short) (codebook.value(i % 16) * codebook.unit());
      }
    }
    return levels;
  }

  static boolean supports(Weights weights) {
    return switch (weights.layout()) {
      case Q4 -> weights.codebook() != Codebook.UNSIGNED;
      case Q4_K -> weights.codebook() == Codebook.UNSIGNED;
      case Q4_K16, Q8, Q8_K, Q8_K16, Q8_MIN -> true;
      default -> false;
    };
  }

  private static boolean looksUp(Weights weights) {
    return weights.layout().codeBits() == 4 && !weights.codebook().linear();
  }

  /** Whether kernels of one row take runs of panels: where one call is for the whole panel. */
  static boolean takesRuns(Weights weights) {
    return weights.layout().codeBits() == 8
        || weights.layout() == Layout.Q4_K16
        || looksUp(weights)
        || Lanes.PARTS <= 2;
  }

  /**
   * Adds the sums of one panel.
   *
   * @param rows indices into the prepared rows
   * @param sums {@code [row][32]}
   */
  static void multiply(Product product, int panel, int[] rows, float[] sums, Scratch scratch) {
    Weights weights = product.weights;
    PanelChunk chunk = scratch.chunk;
    select(chunk, weights, panel);
    chunk.sums = sums;
    for (int t = 0; t < product.rows; ) {
      boolean four = fuses(weights) && product.rows - t >= PanelChunk.FUSED;
      int count = four ? PanelChunk.ROWS : 1;
      for (int i = 0; i < count; i++) {
        chunk.quantized[i] = scratch.prepared.quantized(rows[t + i < product.rows ? t + i : t]);
      }
      chunk.to = 32 * t;
      multiply(chunk, weights, four);
      t += count;
    }
  }

  /** Whether there is a kernel of four rows. */
  private static boolean fuses(Weights weights) {
    return Lanes.L == 16
        && switch (weights.layout()) {
          case Q4 -> !looksUp(weights);
          case Q4_K, Q8, Q8_K16 -> true;
          default -> false;
        };
  }

  private static void select(PanelChunk chunk, Weights weights, int panel) {
    chunk.weights = weights.data();
    chunk.at = panel * weights.layout().panelBytes(weights.cols());
    chunk.blocks = weights.layout().blocks(weights.cols());
    Codebook codebook = weights.codebook();
    chunk.zero = codebook.value(0);
    chunk.levels = LEVELS[codebook.ordinal()];
    chunk.unit = codebook.unit();
    chunk.sixteen = 16 * LARGEST * codebook.largest() <= Short.MAX_VALUE;
  }

  /** Adds the sums of the panels of a chunk from {@code first} on, with one row. */
  static void run(PanelChunk chunk, Weights weights, int first, Quantized row) {
    select(chunk, weights, first);
    chunk.quantized[0] = row;
    multiply(chunk, weights, false);
  }

  private static void multiply(PanelChunk chunk, Weights weights, boolean four) {
    Layout layout = weights.layout();
    if (looksUp(weights)) {
      lookUp(chunk, layout);
      return;
    }
    switch (layout) {
      case Q8 -> {
        if (four) {
          Q8Kernels.four(chunk);
        } else {
          Q8Kernels.one(chunk);
        }
      }
      case Q4_K16 -> Q4K16Kernels.one(chunk);
      case Q8_K -> Q8KKernels.one(chunk);
      case Q8_MIN -> Q8MinKernels.one(chunk);
      case Q8_K16 -> {
        if (four) {
          Q8K16Kernels.four(chunk);
        } else {
          Q8K16Kernels.one(chunk);
        }
      }
      default -> {
        if (Lanes.L == 16) {
          wide(chunk, layout == Layout.Q4, four);
        } else {
          narrow(chunk, layout == Layout.Q4);
        }
      }
    }
  }

  private static void lookUp(PanelChunk chunk, Layout layout) {
    if (layout == Layout.Q4) {
      Q4TableKernels.one(chunk);
    } else {
      Q4K16TableKernels.one(chunk);
    }
  }

  private static void narrow(PanelChunk chunk, boolean q4) {
    for (int part = 0; part < Lanes.PARTS; part += 2) {
      if (q4) {
        Q4NarrowKernels.one(chunk, part);
      } else {
        Q4KNarrowKernels.one(chunk, part);
      }
    }
  }

  private static void wide(PanelChunk chunk, boolean q4, boolean four) {
    if (q4 && four) {
      Q4Kernels.four(chunk, 0);
    } else if (q4) {
      Q4Kernels.one(chunk, 0);
    } else if (four) {
      Q4KKernels.four(chunk, 0);
    } else {
      Q4KKernels.one(chunk, 0);
    }
  }
}
