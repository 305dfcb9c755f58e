package dev.tern.tokenizer.subword;

import java.util.Arrays;

/** A binary min-heap of longs. */
final class LongHeap {
  private long[] items = new long[64];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void push(long item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, size * 2);
    }
    int hole = size++;
    while (hole > 0) {
      int parent = hole - 1 >>> 1;
      if (items[parent] <= item) {
        break;
      }
      items[hole] = items[parent];
      hole = parent;
    }
    items[hole] = item;
  }

  long pop() {
    long least = items[0];
    long last = items[--size];
    int hole = 0;
    while (true) {
      int child = 2 * hole + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && items[child + 1] < items[child]) {
        child++;
      }
      if (items[child] >= last) {
        break;
      }
      items[hole] = items[child];
      hole = child;
    }
    items[hole] = last;
    return least;
  }
}
