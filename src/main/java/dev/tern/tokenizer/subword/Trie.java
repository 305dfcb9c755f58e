package dev.tern.tokenizer.subword;

import java.util.Arrays;

/**
 * A prefix tree over bytes or chars, its edges in one hash table: a step costs one probe whatever the fan-out. Node 0
 * is the root.
 */
public final class Trie {
  private static final int SYMBOL_BITS = 16;

  private long[] edges = new long[64];
  private int[] targets = new int[64];
  private int[] values = new int[16];
  private int nodes = 1;

  public Trie() {
    Arrays.fill(edges, -1);
    values[0] = -1;
  }

  /** The node that {@code symbol} (below 2^16) leads to, or -1. */
  public int child(int node, int symbol) {
    int slot = slot(edges, key(node, symbol));
    return edges[slot] < 0 ? -1 : targets[slot];
  }

  /** The value of the string that ends at this node, or -1. */
  public int value(int node) {
    return values[node];
  }

  /**
   * The longest string with a value at the beginning of {@code text[from, to)}.
   *
   * @return its value in the high and its end in the low 32 bits, or -1
   */
  long longest(byte[] text, int from, int to) {
    long found = -1;
    int node = 0;
    for (int i = from; i < to; i++) {
      node = child(node, text[i] & 0xff);
      if (node < 0) {
        break;
      }
      if (values[node] >= 0) {
        found = (long) values[node] << 32 | i + 1;
      }
    }
    return found;
  }

  /** Gives a string of bytes a value of 0 or more; the first one given stays. */
  public void put(byte[] text, int from, int to, int value) {
    int node = 0;
    for (int i = from; i < to; i++) {
      node = grow(node, text[i] & 0xff);
    }
    assign(node, value);
  }

  /** Gives a string of chars a value of 0 or more; the first one given stays. */
  public void put(String text, int value) {
    int node = 0;
    for (int i = 0; i < text.length(); i++) {
      node = grow(node, text.charAt(i));
    }
    assign(node, value);
  }

  private void assign(int node, int value) {
    if (values[node] < 0) {
      values[node] = value;
    }
  }

  private int grow(int node, int symbol) {
    long key = key(node, symbol);
    int slot = slot(edges, key);
    if (edges[slot] >= 0) {
      return targets[slot];
    }
    if (nodes == values.length) {
      values = Arrays.copyOf(values, nodes * 2);
    }
    values[nodes] = -1;
    edges[slot] = key;
    targets[slot] = nodes;
    if (nodes * 2 > edges.length) {
      rehash();
    }
    return nodes++;
  }

  private void rehash() {
    long[] old = edges;
    int[] oldTargets = targets;
    edges = new long[old.length * 2];
    targets = new int[old.length * 2];
    Arrays.fill(edges, -1);
    for (int i = 0; i < old.length; i++) {
      if (old[i] >= 0) {
        int slot = slot(edges, old[i]);
        edges[slot] = old[i];
        targets[slot] = oldTargets[i];
      }
    }
  }

  private static long key(int node, int symbol) {
    return (long) node << SYMBOL_BITS | symbol;
  }

  private static int slot(long[] edges, long key) {
    int mask = edges.length - 1;
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 33) & mask;
    while (edges[slot] >= 0 && edges[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
