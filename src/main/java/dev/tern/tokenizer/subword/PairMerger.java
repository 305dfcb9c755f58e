package dev.tern.tokenizer.subword;

import java.util.Arrays;

/**
 * Byte pair encoding of one sequence of symbols: joins the neighbours of the best priority, the leftmost of equals,
 * until none is left. A linked list and a heap make it O(n log n) for a word of any length.
 */
final class PairMerger {
  private final Pairs pairs;
  private final LongHeap heap = new LongHeap();
  private int[] tokens = new int[64];
  private int[] ends = new int[64];
  private int[] next = new int[64];
  private int[] previous = new int[64];

  /** By left symbol: priority and token of the joint with its right neighbour. */
  private long[] joints = new long[64];

  private int count;

  PairMerger(Pairs pairs) {
    this.pairs = pairs;
  }

  void clear() {
    count = 0;
  }

  /** Appends a symbol that ends at {@code end} of the text; {@code token} is -1 for what is in no vocabulary. */
  void add(int token, int end) {
    if (count == tokens.length) {
      int capacity = count * 2;
      tokens = Arrays.copyOf(tokens, capacity);
      ends = Arrays.copyOf(ends, capacity);
      next = Arrays.copyOf(next, capacity);
      previous = Arrays.copyOf(previous, capacity);
      joints = Arrays.copyOf(joints, capacity);
    }
    tokens[count] = token;
    ends[count] = end;
    previous[count] = count - 1;
    next[count] = -1;
    joints[count] = Pairs.NONE;
    if (count > 0) {
      next[count - 1] = count;
    }
    count++;
  }

  /** Joins the symbols; they cover {@code text} from {@code from} on. */
  void merge(byte[] text, int from) {
    for (int i = 0; i + 1 < count; i++) {
      consider(i, text, from);
    }
    while (!heap.isEmpty()) {
      long entry = heap.pop();
      int left = (int) (entry & Pairs.TOKEN_MASK);
      // A stale entry: the symbol was joined, or has another neighbour by now.
      if (joints[left] < 0 || joints[left] >>> Pairs.TOKEN_BITS != entry >>> Pairs.TOKEN_BITS) {
        continue;
      }
      join(left);
      consider(left, text, from);
      if (previous[left] >= 0) {
        consider(previous[left], text, from);
      }
    }
  }

  private void join(int left) {
    int right = next[left];
    tokens[left] = (int) (joints[left] & Pairs.TOKEN_MASK);
    ends[left] = ends[right];
    next[left] = next[right];
    joints[right] = Pairs.NONE;
    if (next[left] >= 0) {
      previous[next[left]] = left;
    }
  }

  private void consider(int left, byte[] text, int from) {
    int right = next[left];
    joints[left] =
        right < 0 ? Pairs.NONE : pairs.find(tokens[left], tokens[right], text, start(left, from), ends[right]);
    if (joints[left] >= 0) {
      heap.push(Pairs.pack(joints[left] >>> Pairs.TOKEN_BITS, left));
    }
  }

  private int start(int symbol, int from) {
    return previous[symbol] < 0 ? from : ends[previous[symbol]];
  }

  /** The first symbol, or -1. */
  int first() {
    return count == 0 ? -1 : 0;
  }

  int next(int symbol) {
    return next[symbol];
  }

  int token(int symbol) {
    return tokens[symbol];
  }

  int end(int symbol) {
    return ends[symbol];
  }
}
