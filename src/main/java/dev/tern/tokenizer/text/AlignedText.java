package dev.tern.tokenizer.text;

import java.util.Arrays;

/** A text on its way through normalization that knows for each of its chars where in the original it comes from. */
public final class AlignedText {
  private final String text;
  private final int offset;
  private final int[] starts;
  private final int[] ends;

  private AlignedText(String text, int offset, int[] starts, int[] ends) {
    this.text = text;
    this.offset = offset;
    this.starts = starts;
    this.ends = ends;
  }

  /** The part {@code [from, to)} of an original text, unchanged. */
  public static AlignedText of(String original, int from, int to) {
    return new AlignedText(original.substring(from, to), from, null, null);
  }

  public String text() {
    return text;
  }

  public int length() {
    return text.length();
  }

  /** Whether this is not empty and begins where the original does. */
  public boolean isBeginning() {
    return length() > 0 && start(0) == 0;
  }

  /** Index in the original of the first char that the char at {@code index} stands for. */
  public int start(int index) {
    return starts == null ? offset + index : starts[index];
  }

  /** Index in the original after the last char that the char at {@code index} stands for. */
  public int end(int index) {
    return ends == null ? offset + index + 1 : ends[index];
  }

  /** A part of this text. */
  public AlignedText slice(int from, int to) {
    if (from == 0 && to == length()) {
      return this;
    }
    return starts == null
        ? new AlignedText(text.substring(from, to), offset + from, null, null)
        : new AlignedText(
            text.substring(from, to), offset, Arrays.copyOfRange(starts, from, to), Arrays.copyOfRange(ends, from, to));
  }

  /** An editor for a text of about the same length. */
  public Editor edit() {
    return new Editor(this);
  }

  /** Writes a new text from the parts of an old one. */
  public static final class Editor {
    private final AlignedText source;
    private final StringBuilder text;
    private int[] starts;
    private int[] ends;

    private Editor(AlignedText source) {
      this.source = source;
      this.text = new StringBuilder(source.length() + 8);
      this.starts = new int[source.length() + 8];
      this.ends = new int[source.length() + 8];
    }

    public int length() {
      return text.length();
    }

    /** Appends the chars {@code [from, to)} of the source as they are. */
    public Editor keep(int from, int to) {
      for (int i = from; i < to; i++) {
        append(source.text.charAt(i), source.start(i), source.end(i));
      }
      return this;
    }

    /** Appends a text that stands for the chars {@code [from, to)} of the source; they may be none. */
    public Editor replace(int from, int to, CharSequence replacement) {
      int start = from < source.length() ? source.start(from) : sourceEnd();
      int end = to > from ? source.end(to - 1) : start;
      for (int i = 0; i < replacement.length(); i++) {
        append(replacement.charAt(i), start, end);
      }
      return this;
    }

    private int sourceEnd() {
      return source.length() == 0 ? source.offset : source.end(source.length() - 1);
    }

    private void append(char c, int start, int end) {
      int at = text.length();
      if (at == starts.length) {
        starts = Arrays.copyOf(starts, at * 2);
        ends = Arrays.copyOf(ends, at * 2);
      }
      starts[at] = start;
      ends[at] = end;
      text.append(c);
    }

    public AlignedText done() {
      return new AlignedText(text.toString(), source.offset, starts, ends);
    }
  }
}
