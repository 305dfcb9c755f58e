package dev.tern.tokenizer.subword;

import java.util.Arrays;

/** The merges of a vocabulary by the pair of tokens that they join; earlier ones go first. */
public final class MergeTable implements Pairs {
  private final long[] keys;
  private final long[] joints;
  private int rank;

  /** For at most {@code merges} merges, given with {@link #add} in their order. */
  public MergeTable(int merges) {
    keys = new long[Integer.highestOneBit(Math.max(8, merges)) * 4];
    joints = new long[keys.length];
    Arrays.fill(keys, -1);
  }

  /** Appends a merge; of equal pairs the first one counts. */
  public void add(int left, int right, int joint) {
    long key = key(left, right);
    int slot = slot(key);
    if (keys[slot] < 0) {
      keys[slot] = key;
      joints[slot] = Pairs.pack(rank, joint);
    }
    rank++;
  }

  @Override
  public long find(int left, int right, byte[] text, int start, int end) {
    if ((left | right) < 0) {
      return NONE;
    }
    int slot = slot(key(left, right));
    return keys[slot] < 0 ? NONE : joints[slot];
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 33) & mask;
    while (keys[slot] >= 0 && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
