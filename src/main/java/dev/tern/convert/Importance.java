package dev.tern.convert;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much the columns of matrices matter: mean squares of what linears were given. Names are those of linears: GGUF's
 * without ".weight", parts of fused matrices and single matrices of stacks with a suffix ({@code blk.0.ffn_up.7}).
 */
public final class Importance {
  public static final Importance NONE = new Importance(Map.of(), false);

  private final TreeMap<String, float[]> columns;
  private final boolean inOrderOfGguf;

  /**
   * @param inOrderOfGguf whether columns come as GGUF files have them, whatever the checkpoint that is read
   */
  public Importance(Map<String, float[]> columns, boolean inOrderOfGguf) {
    this.columns = new TreeMap<>(columns);
    this.inOrderOfGguf = inOrderOfGguf;
  }

  boolean isInOrderOfGguf() {
    return inOrderOfGguf;
  }

  /**
   * Weights of the columns of a matrix, or null if nothing is known of them.
   *
   * @param tensor GGUF's name
   * @param matrix which matrix of a stack
   * @param cols how many columns it has
   */
  float[] of(String tensor, int matrix, int cols) {
    String stack = tensor.replaceFirst("\\.weight$", "");
    String linear = stack.replaceFirst("_exps$", "");
    float[] found = columns.getOrDefault(linear + "." + matrix, columns.get(linear));
    if (found == null && stack.equals(linear)) {
      found = mean(columns.subMap(linear + ".", linear + "/"));
    }
    return found != null && found.length == cols ? found : null;
  }

  /** Parts of a fused matrix that see the same, or several matrices that are one in the file. */
  private static float[] mean(SortedMap<String, float[]> parts) {
    if (parts.isEmpty()) {
      return null;
    }
    float[] mean = new float[parts.firstEntry().getValue().length];
    for (float[] part : parts.values()) {
      for (int i = 0; i < Math.min(mean.length, part.length); i++) {
        mean[i] += part[i] / parts.size();
      }
    }
    return mean;
  }
}
