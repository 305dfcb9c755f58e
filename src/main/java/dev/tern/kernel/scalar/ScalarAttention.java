package dev.tern.kernel.scalar;

import dev.tern.kernel.AttentionCall;
import dev.tern.kernel.AttentionKernels;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueStore;
import dev.tern.tensor.Activations;

/** Attention by its definition, in doubles, one score after the other: the oracle of the fast kernels. */
public final class ScalarAttention implements AttentionKernels {
  private static final double NONE = Double.NEGATIVE_INFINITY;

  @Override
  public void attend(
      AttentionShape shape,
      AttentionMask mask,
      KeyValueStore store,
      Activations q,
      int row,
      int count,
      int position,
      Activations out) {
    AttentionCall.check(shape, mask, store, q, row, count, position, out);
    for (int kvHead = 0; count > 0 && kvHead < shape.kvHeads(); kvHead++) {
      HeldHead held = HeldHead.of(store, kvHead, mask.to(position + count - 1, store.length()));
      for (int i = 0; i < count; i++) {
        int groupAt = q.offset(row + i) + kvHead * shape.group() * shape.keyWidth();
        boolean[] visible = visible(shape, mask, held, q.data(), groupAt, position + i);
        for (int head = kvHead * shape.group(); head < (kvHead + 1) * shape.group(); head++) {
          int qAt = q.offset(row + i) + head * shape.keyWidth();
          double[] scores = scores(shape, held, q.data(), qAt, visible);
          int outAt = out.offset(row + i) + head * shape.valueWidth();
          mix(held, scores, shape.sinkLogits() == null ? NONE : shape.sinkLogits()[head], out.data(), outAt);
        }
      }
    }
  }

  /** The keys and values of a head as arrays {@code [length][width]}; null where they are not held. */
  private record HeldHead(float[][] keys, float[][] values) {
    static HeldHead of(KeyValueStore store, int head, int length) {
      HeldHead held = new HeldHead(new float[length][], new float[length][]);
      for (int t = 0; t < length; t++) {
        if (store.holds(t, t + 1)) {
          held.keys[t] = new float[store.shape().keyWidth()];
          held.values[t] = new float[store.shape().valueWidth()];
          store.key(t, head, held.keys[t], 0);
          store.value(t, head, held.values[t], 0);
        }
      }
      return held;
    }
  }

  /** Which positions a query sees. */
  private static boolean[] visible(
      AttentionShape shape, AttentionMask mask, HeldHead held, float[] q, int qAt, int position) {
    boolean[] visible = new boolean[mask.to(position, held.keys.length)];
    for (int t = 0; t < visible.length; t++) {
      visible[t] = t < mask.sinksTo(position) || t >= mask.from(position);
    }
    if (mask.blocks() != null) {
      ScalarBlocks.choose(mask.blocks(), shape, held.keys, q, qAt, position, visible);
    }
    return visible;
  }

  /** Scores by position; minus infinity where the query sees nothing. */
  private static double[] scores(AttentionShape shape, HeldHead held, float[] q, int qAt, boolean[] visible) {
    double[] scores = new double[visible.length];
    for (int t = 0; t < scores.length; t++) {
      if (!visible[t]) {
        scores[t] = NONE;
        continue;
      }
      double sum = 0;
      for (int c = 0; c < shape.keyWidth(); c++) {
        sum += (double) q[qAt + c] * held.keys[t][c];
      }
      double score = sum * shape.scale();
      scores[t] = shape.softCap() > 0 ? shape.softCap() * Math.tanh(score / shape.softCap()) : score;
    }
    return scores;
  }

  private static void mix(HeldHead held, double[] scores, double sink, float[] out, int outAt) {
    double max = sink;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double total = Math.exp(sink - max);
    double[] sums = new double[held.values[scores.length - 1].length];
    for (int t = 0; t < scores.length; t++) {
      if (scores[t] != NONE) {
        double weight = Math.exp(scores[t] - max);
        total += weight;
        for (int c = 0; c < sums.length; c++) {
          sums[c] += weight * held.values[t][c];
        }
      }
    }
    for (int c = 0; c < sums.length; c++) {
      out[outAt + c] = (float) (sums[c] / total);
    }
  }
}
