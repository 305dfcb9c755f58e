package dev.tern.tokenizer.text;

import java.util.Arrays;

/** A growing list of pairs {@code [start, end)} of indices into a text. */
public final class Spans {
  private int[] bounds = new int[64];
  private int size;

  public int count() {
    return size / 2;
  }

  public int start(int index) {
    return bounds[2 * index];
  }

  public int end(int index) {
    return bounds[2 * index + 1];
  }

  /** Appends a pair; one that covers nothing is left out. */
  public void add(int start, int end) {
    if (start == end) {
      return;
    }
    addEvenEmpty(start, end);
  }

  /** Appends a pair that may cover nothing. */
  void addEvenEmpty(int start, int end) {
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, size * 2);
    }
    bounds[size++] = start;
    bounds[size++] = end;
  }

  public void clear() {
    size = 0;
  }
}
