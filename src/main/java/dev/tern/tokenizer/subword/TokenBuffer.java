package dev.tern.tokenizer.subword;

import java.util.Arrays;

/** The tokens of one text as they are found; where asked, with their places in it. */
public final class TokenBuffer {
  private int[] ids = new int[64];
  private int[] starts;
  private int[] ends;
  private int size;
  private WordPlaces places;

  private TokenBuffer(boolean located) {
    if (located) {
      starts = new int[64];
      ends = new int[64];
    }
  }

  public static TokenBuffer ids() {
    return new TokenBuffer(false);
  }

  public static TokenBuffer located() {
    return new TokenBuffer(true);
  }

  public boolean isLocated() {
    return starts != null;
  }

  /** Says where the bytes of the word that is encoded next lie. */
  public void enter(WordPlaces next) {
    places = next;
  }

  /** Adds a token that covers the bytes {@code [start, end)} of the current word. */
  public void add(int id, int start, int end) {
    if (isLocated()) {
      addAt(id, places.starts()[start], places.ends()[end]);
    } else {
      addAt(id, 0, 0);
    }
  }

  /** Adds a token that covers the bytes {@code [start, end)} of the text. */
  public void addAt(int id, int start, int end) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
      if (isLocated()) {
        starts = Arrays.copyOf(starts, size * 2);
        ends = Arrays.copyOf(ends, size * 2);
      }
    }
    ids[size] = id;
    if (isLocated()) {
      starts[size] = start;
      ends[size] = end;
    }
    size++;
  }

  /** Lets the last token reach to {@code end} of the current word. */
  void extend(int end) {
    if (isLocated()) {
      ends[size - 1] = places.ends()[end];
    }
  }

  public int size() {
    return size;
  }

  public int id(int index) {
    return ids[index];
  }

  public int start(int index) {
    return starts[index];
  }

  public int end(int index) {
    return ends[index];
  }

  public int[] toArray() {
    return Arrays.copyOf(ids, size);
  }

  /**
   * Where the bytes of a word lie in the text.
   *
   * @param starts by offset in the word, where a token that begins there begins in the text
   * @param ends by offset in the word, where a token that ends there ends in the text
   */
  public record WordPlaces(int[] starts, int[] ends) {}
}
