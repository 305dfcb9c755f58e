package dev.tern.tokenizer.text;

/** Cuts at white space, which is dropped, and around every punctuation mark. */
public enum BertWords implements PreTokenizer {
  INSTANCE;

  @Override
  public Segments apply(Segments segments) {
    Spans words = new Spans();
    String text = segments.text().text();
    for (int i = 0; i < segments.words().count(); i++) {
      int open = segments.words().start(i);
      int to = segments.words().end(i);
      for (int at = open; at < to; ) {
        int codePoint = text.codePointAt(at);
        int next = at + Character.charCount(codePoint);
        boolean space = CharacterClass.isWhitespace(codePoint);
        if (space || CharacterClass.isBertPunctuation(codePoint)) {
          words.add(open, at);
          words.add(space ? next : at, next);
          open = next;
        }
        at = next;
      }
      words.add(open, to);
    }
    return new Segments(segments.text(), words);
  }
}
