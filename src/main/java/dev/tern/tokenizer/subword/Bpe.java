package dev.tern.tokenizer.subword;

/**
 * Byte pair encoding (Sennrich et al. 2016, arXiv:1508.07909), over bytes as in GPT-2 or over characters as in
 * SentencePiece.
 */
public final class Bpe implements SubwordModel {
  private static final int[] SPACE = {0xe2, 0x96, 0x81};

  private final PieceIndex index;
  private final Pairs pairs;
  private final Fallback fallback;
  private final Options options;
  private final int[] byteTokens;

  /** Whether no token reaches over the beginning of a word, so that words can be cut up one by one. */
  private final boolean wordwise;

  /**
   * The variants.
   *
   * @param bytes whether the first symbols are bytes, else characters
   * @param wholeWords which words that are tokens are taken as they are, whatever the merges say
   */
  public record Options(boolean bytes, WholeWords wholeWords) {}

  /** Words that need no merges. */
  public enum WholeWords {
    NEVER,
    /** Those of line ends alone. */
    LINE_ENDS,
    ALWAYS
  }

  public Bpe(PieceIndex index, Pairs pairs, Fallback fallback, Options options) {
    this.index = index;
    this.pairs = pairs;
    this.fallback = fallback;
    this.options = options;
    this.byteTokens = byteTokens(index);
    this.wordwise = !options.bytes && options.wholeWords != WholeWords.ALWAYS && !hasInnerSpace(index.table());
  }

  private static int[] byteTokens(PieceIndex index) {
    int[] tokens = new int[256];
    for (int value = 0; value < 256; value++) {
      tokens[value] = index.find(new byte[] {(byte) value}, 0, 1);
    }
    return tokens;
  }

  private static boolean hasInnerSpace(ByteTable table) {
    byte[] pool = table.pool();
    for (int id = 0; id < table.size(); id++) {
      for (int i = table.start(id) + 1; i + 3 <= table.end(id); i++) {
        if (isSpace(pool, i) && !(i - 3 >= table.start(id) && isSpace(pool, i - 3))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether the mark that stands for a space, U+2581, is at this place. */
  private static boolean isSpace(byte[] text, int at) {
    return (text[at] & 0xff) == SPACE[0] && (text[at + 1] & 0xff) == SPACE[1] && (text[at + 2] & 0xff) == SPACE[2];
  }

  @Override
  public Encoder encoder(TokenBuffer out) {
    PairMerger merger = new PairMerger(pairs);
    return (utf8, length) -> {
      int from = 0;
      while (from < length) {
        int to = wordwise ? wordEnd(utf8, from, length) : length;
        encode(utf8, from, to, merger, out);
        from = to;
      }
    };
  }

  /** Where the next space begins that follows something else. */
  private static int wordEnd(byte[] text, int from, int length) {
    boolean inWord = false;
    for (int i = from; i < length; i++) {
      if (i + 3 <= length && isSpace(text, i)) {
        if (inWord) {
          return i;
        }
        i += 2;
      } else {
        inWord = true;
      }
    }
    return length;
  }

  private void encode(byte[] text, int from, int to, PairMerger merger, TokenBuffer out) {
    if (options.wholeWords == WholeWords.ALWAYS || options.wholeWords == WholeWords.LINE_ENDS && text[from] == '\n') {
      int whole = index.find(text, from, to);
      if (whole >= 0) {
        out.add(whole, from, to);
        return;
      }
    }
    merger.clear();
    for (int i = from; i < to; ) {
      int end = options.bytes ? i + 1 : Math.min(to, i + SubwordModel.characterLength(text[i]));
      merger.add(options.bytes ? byteTokens[text[i] & 0xff] : index.find(text, i, end), end);
      i = end;
    }
    merger.merge(text, from);
    emit(text, from, merger, out);
  }

  private void emit(byte[] text, int from, PairMerger merger, TokenBuffer out) {
    int start = from;
    boolean unknown = false;
    for (int symbol = merger.first(); symbol >= 0; symbol = merger.next(symbol)) {
      int end = merger.end(symbol);
      if (merger.token(symbol) >= 0) {
        out.add(merger.token(symbol), start, end);
        unknown = false;
      } else {
        unknown = fallback.append(text, start, end, unknown, out);
      }
      start = end;
    }
  }
}
