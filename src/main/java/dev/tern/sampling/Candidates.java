package dev.tern.sampling;

import java.util.Arrays;

/**
 * The likeliest tokens of a row of logits, found without sorting the whole vocabulary. Keys hold a logit in the upper
 * half, in an order that compares like a signed long, and the complement of the token id in the lower: sorting puts
 * larger logits later and, among equals, smaller ids later.
 */
final class Candidates {
  private static final int FIRST = 64;

  private final long[] keys;
  private final int size;
  private int sorted;
  private float max;
  private double mass;

  Candidates(int vocabulary) {
    keys = new long[vocabulary];
    size = vocabulary;
  }

  void load(float[] logits) {
    max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      float logit = Float.isNaN(logits[i]) ? Float.NEGATIVE_INFINITY : logits[i];
      max = Math.max(max, logit);
      int bits = Float.floatToRawIntBits(logit);
      keys[i] = (long) (bits ^ ((bits >> 31) & 0x7fffffff)) << 32 | (~i & 0xffffffffL);
    }
    mass = 0;
    for (int i = 0; i < size; i++) {
      mass += Math.exp(logit(keys[i]) - max);
    }
    sorted = 0;
  }

  int size() {
    return size;
  }

  /** The token of rank {@code rank}; 0 is the likeliest. */
  int token(int rank) {
    return (int) ~key(rank);
  }

  float logit(int rank) {
    return logit(key(rank));
  }

  /** Its probability among the whole vocabulary at temperature 1. */
  double probability(int rank) {
    return Math.exp(logit(rank) - max) / mass;
  }

  /** Any order: each token once, for {@code index} below {@link #size}. */
  int anyToken(int index) {
    return (int) ~keys[index];
  }

  float anyLogit(int index) {
    return logit(keys[index]);
  }

  float max() {
    return max;
  }

  private long key(int rank) {
    if (rank >= sorted) {
      sortAtLeast(rank + 1);
    }
    return keys[size - 1 - rank];
  }

  private void sortAtLeast(int count) {
    int wanted = Math.min(size, Math.max(Math.max(FIRST, 8 * sorted), count));
    select(size - wanted, size - sorted);
    Arrays.sort(keys, size - wanted, size - sorted);
    sorted = wanted;
  }

  /**
   * Partitions {@code keys[0 … end)} so that all from {@code at} on are at least as large as all before (Hoare 1961).
   */
  private void select(int at, int end) {
    int low = 0;
    int high = end - 1;
    while (low < high) {
      long pivot = median(keys[low], keys[(low + high) >>> 1], keys[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long swap = keys[i];
          keys[i++] = keys[j];
          keys[j--] = swap;
        }
      }
      if (at <= j) {
        high = j;
      } else if (at >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private static float logit(long key) {
    int bits = (int) (key >> 32);
    return Float.intBitsToFloat(bits ^ ((bits >> 31) & 0x7fffffff));
  }
}
