package dev.tern.tokenizer;

import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.subword.ByteLevel;
import dev.tern.tokenizer.subword.ByteTable;
import dev.tern.tokenizer.subword.TokenKind;
import dev.tern.tokenizer.subword.Vocabulary;
import dev.tern.tokenizer.subword.WordPiece;
import java.util.Set;

/** What the names of tokens stand for in the various vocabularies; control tokens stand for nothing. */
final class Spellings {
  private static final String MARK = "\u2581";

  /** What in English follows a word without a space between. */
  private static final Set<String> CLOSE = Set.of(".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re");

  private Spellings() {}

  /** Appends the bytes of one token. */
  private interface Speller {
    void append(String piece, int id, ByteTable.Builder out);
  }

  private static ByteTable spell(Vocabulary vocabulary, Speller speller) {
    ByteTable.Builder out = new ByteTable.Builder(vocabulary.size());
    for (int id = 0; id < vocabulary.size(); id++) {
      TokenKind kind = vocabulary.kinds()[id];
      int value = vocabulary.byteValue(id);
      if (value >= 0) {
        out.append(value);
      } else if (kind == TokenKind.USER_DEFINED) {
        out.appendUtf8(vocabulary.pieces()[id]);
      } else if (!kind.isControl()) {
        speller.append(vocabulary.pieces()[id], id, out);
      }
      out.end();
    }
    return out.build();
  }

  /** GPT-2's: a character per byte; a name with other characters, which was added by hand, stands for itself. */
  static ByteTable byteLevel(Vocabulary vocabulary) {
    return spell(
        vocabulary,
        (piece, id, out) -> {
          if (!ByteLevel.append(piece, out)) {
            out.appendUtf8(piece);
          }
        });
  }

  /** SentencePiece's: U+2581 is a space. */
  static ByteTable marked(Vocabulary vocabulary) {
    return marked(vocabulary, MARK);
  }

  /** Like SentencePiece's, with another mark for a space. */
  static ByteTable marked(Vocabulary vocabulary, String mark) {
    return spell(vocabulary, (piece, id, out) -> out.appendUtf8(piece.replace(mark, " ")));
  }

  /** As they are. */
  static ByteTable plain(Vocabulary vocabulary) {
    return spell(vocabulary, (piece, id, out) -> out.appendUtf8(piece));
  }

  /** BERT's: words begin with a space; where {@code tidy} holds, not such as close up to the word before. */
  static ByteTable wordPiece(Vocabulary vocabulary, WordPiece.Marking marking, boolean tidy) {
    return spell(
        vocabulary,
        (piece, id, out) -> {
          String text = marking.strip(piece);
          out.appendUtf8(marking.begins(piece) && !(tidy && CLOSE.contains(text)) ? " " + text : text);
        });
  }

  /** RWKV's: bytes as in a Python literal, with escapes. */
  static ByteTable escaped(String source, Vocabulary vocabulary) {
    return spell(vocabulary, (piece, id, out) -> unescape(source, piece, out));
  }

  private static void unescape(String source, String piece, ByteTable.Builder out) {
    int plain = 0;
    for (int i = piece.indexOf('\\'); i >= 0; i = piece.indexOf('\\', plain)) {
      out.appendUtf8(piece.substring(plain, i));
      char escape = i + 1 < piece.length() ? piece.charAt(i + 1) : 0;
      plain = i + 2;
      switch (escape) {
        case 't' -> out.append('\t');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case '\\', '\'', '"' -> out.append(escape);
        case 'x' -> {
          out.append(hex(source, piece, plain));
          plain += 2;
        }
        default ->
            throw new CheckpointException("%s: expected a token with escapes, found '%s'".formatted(source, piece));
      }
    }
    out.appendUtf8(piece.substring(plain));
  }

  private static int hex(String source, String piece, int at) {
    if (at + 2 <= piece.length()) {
      int high = Character.digit(piece.charAt(at), 16);
      int low = Character.digit(piece.charAt(at + 1), 16);
      if (high >= 0 && low >= 0) {
        return high << 4 | low;
      }
    }
    throw new CheckpointException("%s: expected two hexadecimal digits, found '%s'".formatted(source, piece));
  }
}
