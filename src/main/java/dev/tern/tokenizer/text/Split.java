package dev.tern.tokenizer.text;

/**
 * Cuts words where something is found.
 *
 * @param finder what divides
 * @param delimiters what becomes of it
 * @param invert whether what lies between the matches divides instead
 */
public record Split(MatchFinder finder, Delimiters delimiters, boolean invert) implements PreTokenizer {
  /** What becomes of the parts that divide; named as in {@code tokenizer.json}. */
  public enum Delimiters {
    REMOVED,
    ISOLATED,
    MERGED_WITH_PREVIOUS,
    MERGED_WITH_NEXT,
    CONTIGUOUS
  }

  /** Every match is a word and so is what lies between matches. */
  public static Split isolated(MatchFinder finder) {
    return new Split(finder, Delimiters.ISOLATED, false);
  }

  @Override
  public Segments apply(Segments segments) {
    Spans words = new Spans();
    Spans matches = new Spans();
    for (int i = 0; i < segments.words().count(); i++) {
      int from = segments.words().start(i);
      int to = segments.words().end(i);
      matches.clear();
      finder.find(segments.text().text(), from, to, matches);
      Writer writer = new Writer(words, from);
      int at = from;
      for (int m = 0; m < matches.count(); m++) {
        writer.part(at, matches.start(m), invert);
        writer.part(matches.start(m), matches.end(m), !invert);
        at = matches.end(m);
      }
      writer.part(at, to, invert);
      writer.finish(to);
    }
    return new Segments(segments.text(), words);
  }

  /** Puts the parts of one word together again as the rule wants. */
  private final class Writer {
    private final Spans words;
    private int open;
    private boolean lastDivides;

    Writer(Spans words, int from) {
      this.words = words;
      this.open = from;
    }

    void part(int start, int end, boolean divides) {
      if (start == end) {
        return;
      }
      switch (delimiters) {
        case REMOVED -> {
          if (!divides) {
            words.add(start, end);
          }
          open = end;
        }
        case ISOLATED -> close(end);
        case MERGED_WITH_PREVIOUS -> close(divides ? end : start);
        case MERGED_WITH_NEXT -> close(divides ? start : end);
        case CONTIGUOUS -> close(divides == lastDivides ? open : start);
      }
      lastDivides = divides;
    }

    private void close(int end) {
      words.add(open, end);
      open = end;
    }

    void finish(int end) {
      if (delimiters != Delimiters.REMOVED) {
        close(end);
      }
    }
  }
}
