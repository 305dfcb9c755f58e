package dev.tern.tokenizer.subword;

import java.util.Arrays;

/** Finds the token whose bytes equal a part of a text: a hash table with open addressing over a {@link ByteTable}. */
public final class PieceIndex {
  private final ByteTable table;
  private final int[] slots;
  private final int mask;
  private final int longest;

  private PieceIndex(ByteTable table, int[] slots, int longest) {
    this.table = table;
    this.slots = slots;
    this.mask = slots.length - 1;
    this.longest = longest;
  }

  /** Indexes the tokens that can come out of a text; of equal ones the first wins, normal before added ones. */
  public static PieceIndex of(ByteTable table, TokenKind[] kinds) {
    int[] slots = new int[Integer.highestOneBit(Math.max(8, table.size())) * 4];
    Arrays.fill(slots, -1);
    int longest = 0;
    for (boolean normal : new boolean[] {true, false}) {
      for (int id = 0; id < table.size(); id++) {
        if ((kinds[id] == TokenKind.NORMAL) == normal && kinds[id].isText() && table.length(id) > 0) {
          insert(table, slots, id);
          longest = Math.max(longest, table.length(id));
        }
      }
    }
    return new PieceIndex(table, slots, longest);
  }

  private static void insert(ByteTable table, int[] slots, int id) {
    int mask = slots.length - 1;
    int slot = hash(table.pool(), table.start(id), table.end(id)) & mask;
    while (slots[slot] >= 0) {
      if (equal(table, slots[slot], table.pool(), table.start(id), table.end(id))) {
        return;
      }
      slot = slot + 1 & mask;
    }
    slots[slot] = id;
  }

  /** The token that equals {@code text[from, to)}, or -1. */
  public int find(byte[] text, int from, int to) {
    if (to - from > longest) {
      return -1;
    }
    int slot = hash(text, from, to) & mask;
    while (slots[slot] >= 0) {
      if (equal(table, slots[slot], text, from, to)) {
        return slots[slot];
      }
      slot = slot + 1 & mask;
    }
    return -1;
  }

  /** Length of the longest token in bytes. */
  int longest() {
    return longest;
  }

  ByteTable table() {
    return table;
  }

  private static boolean equal(ByteTable table, int id, byte[] text, int from, int to) {
    return Arrays.equals(table.pool(), table.start(id), table.end(id), text, from, to);
  }

  private static int hash(byte[] text, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = (hash ^ text[i]) * 0x01000193;
    }
    hash ^= hash >>> 15;
    hash *= 0x2c1b3c6d;
    return hash ^ hash >>> 13;
  }
}
