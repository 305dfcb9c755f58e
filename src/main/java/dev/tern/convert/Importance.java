package dev.tern.convert;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much the columns of matrices matter: mean squares of what linears were given. Names are those of linears: GGUF's
 * without ".weight", parts of fused matrices and single experts with a suffix ({@code blk.0.ffn_up.7}).
 */
public final class Importance {
  public static final Importance NONE = new Importance(Map.of());

  private static final Pattern STACK = Pattern.compile("(.*\\.ffn_\\w+?)_exps");

  private final TreeMap<String, float[]> columns;

  public Importance(Map<String, float[]> columns) {
    this.columns = new TreeMap<>(columns);
  }

  /**
   * Weights of the columns of a matrix, or null if nothing is known of them.
   *
   * @param tensor GGUF's name
   * @param part which matrix of a stack
   * @param cols how many columns it has
   */
  float[] of(String tensor, int part, int cols) {
    String name = tensor.replaceFirst("\\.weight$", "");
    Matcher stack = STACK.matcher(name);
    String linear = stack.matches() ? stack.group(1) + "." + part : name;
    float[] found = columns.get(linear);
    if (found == null) {
      // Parts of a fused matrix all see the same.
      Map.Entry<String, float[]> next = columns.higherEntry(linear + ".");
      found = next != null && next.getKey().startsWith(linear + ".") ? next.getValue() : null;
    }
    return found != null && found.length == cols ? found : null;
  }
}
