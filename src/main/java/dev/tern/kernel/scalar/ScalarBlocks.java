package dev.tern.kernel.scalar;

import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.BlockSelection;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The choice of blocks by its definition, from all keys: the oracle of the fast one and of its index. */
final class ScalarBlocks {
  private ScalarBlocks() {}

  /**
   * Hides the positions of the blocks that the query heads at {@code q[at …]}, which share the keys, do not choose.
   *
   * @param keys by position
   */
  static void choose(
      BlockSelection selection,
      AttentionShape shape,
      float[][] keys,
      float[] q,
      int at,
      int position,
      boolean[] visible) {
    int own = selection.blockOf(position);
    boolean[] chosen = new boolean[own + 1];
    chosen[0] = true;
    chosen[own] = true;
    double[] scores = new double[own];
    for (int block = 1; block < own; block++) {
      float[][] members = Arrays.copyOfRange(keys, block * selection.size(), (block + 1) * selection.size());
      scores[block] = score(selection, shape, members, q, at);
    }
    IntStream.range(1, own)
        .boxed()
        .sorted(Comparator.comparingDouble(block -> -scores[block]))
        .limit(selection.top())
        .forEach(block -> chosen[block] = true);
    for (int t = 0; t < visible.length; t++) {
      visible[t] &= chosen[selection.blockOf(t)];
    }
  }

  /** The sum of the heads' scores. */
  private static double score(BlockSelection selection, AttentionShape shape, float[][] keys, float[] q, int at) {
    double score = 0;
    for (int c = 0; c < shape.keyWidth(); c++) {
      int column = c;
      var entries = Arrays.stream(keys).mapToDouble(key -> key[column]).summaryStatistics();
      for (int head = 0; head < shape.group(); head++) {
        double x = q[at + head * shape.keyWidth() + c];
        score +=
            switch (selection.summary()) {
              case MEAN -> x * entries.getAverage();
              case BOUNDS -> Math.max(x * entries.getMin(), x * entries.getMax());
            };
      }
    }
    return score;
  }
}
