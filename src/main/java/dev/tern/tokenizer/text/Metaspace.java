package dev.tern.tokenizer.text;

/**
 * SentencePiece's way with spaces: each becomes a visible mark, and a mark is put before words.
 *
 * @param mark what stands for a space, usually U+2581
 * @param prepend which words get one more
 * @param split whether to cut before marks
 */
public record Metaspace(String mark, Prepend prepend, boolean split) implements PreTokenizer {
  /** Which words get a mark before them, unless they begin with one; named as in {@code tokenizer.json}. */
  public enum Prepend {
    ALWAYS,
    /** Only at the beginning of the whole text. */
    FIRST,
    NEVER
  }

  @Override
  public Segments apply(Segments segments) {
    AlignedText text = segments.text();
    AlignedText.Editor editor = text.edit();
    Spans words = new Spans();
    for (int i = 0; i < segments.words().count(); i++) {
      int from = segments.words().start(i);
      int to = segments.words().end(i);
      int begin = editor.length();
      if (isPrepended(text, from)) {
        editor.replace(from, from, mark);
      }
      for (int at = from; at < to; at++) {
        if (text.text().charAt(at) == ' ') {
          editor.replace(at, at + 1, mark);
        } else {
          editor.keep(at, at + 1);
        }
      }
      words.add(begin, editor.length());
    }
    Segments marked = new Segments(editor.done(), words);
    return split ? new Split(this::findMarks, Split.Delimiters.MERGED_WITH_NEXT, false).apply(marked) : marked;
  }

  private boolean isPrepended(AlignedText text, int from) {
    boolean wanted =
        switch (prepend) {
          case ALWAYS -> true;
          case FIRST -> text.start(from) == 0;
          case NEVER -> false;
        };
    return wanted && text.text().charAt(from) != ' ' && !text.text().startsWith(mark, from);
  }

  private void findMarks(String text, int from, int to, Spans matches) {
    for (int at = text.indexOf(mark, from, to); at >= 0; at = text.indexOf(mark, at + mark.length(), to)) {
      matches.add(at, at + mark.length());
    }
  }
}
