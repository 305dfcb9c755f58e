package dev.tern.kernel.scalar;

import dev.tern.kernel.AttentionCall;
import dev.tern.kernel.AttentionKernels;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueStore;
import dev.tern.tensor.Activations;

/** Attention by its definition, in doubles, one score after the other: the oracle of the fast kernels. */
public final class ScalarAttention implements AttentionKernels {
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
    for (int i = 0; i < count; i++) {
      for (int head = 0; head < shape.heads(); head++) {
        int qAt = q.offset(row + i) + head * shape.keyWidth();
        double[] scores = scores(shape, mask, store, head, q.data(), qAt, position + i);
        int outAt = out.offset(row + i) + head * shape.valueWidth();
        mix(shape, store, head, scores, out.data(), outAt);
      }
    }
  }

  /** Scores by position; minus infinity where the query sees nothing. */
  private static double[] scores(
      AttentionShape shape, AttentionMask mask, KeyValueStore store, int head, float[] q, int qAt, int position) {
    double[] scores = new double[mask.to(position, store.length())];
    float[] key = new float[shape.keyWidth()];
    for (int t = 0; t < scores.length; t++) {
      if (t >= mask.sinksTo(position) && t < mask.from(position)) {
        scores[t] = Double.NEGATIVE_INFINITY;
        continue;
      }
      store.key(t, head / shape.group(), key, 0);
      double sum = 0;
      for (int c = 0; c < key.length; c++) {
        sum += (double) q[qAt + c] * key[c];
      }
      double score = sum * shape.scale();
      scores[t] = shape.softCap() > 0 ? shape.softCap() * Math.tanh(score / shape.softCap()) : score;
    }
    return scores;
  }

  private static void mix(
      AttentionShape shape, KeyValueStore store, int head, double[] scores, float[] out, int outAt) {
    double sink = shape.sinkLogits() == null ? Double.NEGATIVE_INFINITY : shape.sinkLogits()[head];
    double max = sink;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double total = Math.exp(sink - max);
    double[] sums = new double[shape.valueWidth()];
    float[] value = new float[shape.valueWidth()];
    for (int t = 0; t < scores.length; t++) {
      if (scores[t] == Double.NEGATIVE_INFINITY) {
        continue;
      }
      double weight = Math.exp(scores[t] - max);
      total += weight;
      store.value(t, head / shape.group(), value, 0);
      for (int c = 0; c < value.length; c++) {
        sums[c] += weight * value[c];
      }
    }
    for (int c = 0; c < sums.length; c++) {
      out[outAt + c] = (float) (sums[c] / total);
    }
  }
}
