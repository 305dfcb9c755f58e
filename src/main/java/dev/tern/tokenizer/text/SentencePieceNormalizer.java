package dev.tern.tokenizer.text;

import java.nio.charset.StandardCharsets;

/**
 * SentencePiece's normalization: characters are replaced by a table, spaces become marks.
 *
 * @param map the table
 * @param prefix whether one mark is put before the text
 * @param squeeze whether spaces at the ends are dropped and runs of them become one
 * @param mark what stands for a space
 */
public record SentencePieceNormalizer(CharacterMap map, boolean prefix, boolean squeeze, String mark)
    implements Normalizer {

  /** Only the table. */
  public static Normalizer table(CharacterMap map) {
    return new Table(map);
  }

  @Override
  public AlignedText apply(AlignedText source) {
    AlignedText text = new Table(map).apply(source);
    AlignedText.Editor editor = text.edit();
    String chars = text.text();
    boolean pendingPrefix = prefix;
    for (int i = 0; i < chars.length(); i++) {
      boolean space = chars.charAt(i) == ' ';
      if (!space) {
        boolean first = i == 0 || chars.charAt(i - 1) == ' ';
        boolean gap = squeeze && first && editor.length() > 0;
        if (gap) {
          editor.replace(i - 1, i, mark);
        } else if (pendingPrefix) {
          editor.replace(i, i, mark);
        }
        pendingPrefix = false;
        editor.keep(i, i + 1);
      } else if (!squeeze) {
        if (pendingPrefix) {
          editor.replace(i, i, mark);
          pendingPrefix = false;
        }
        editor.replace(i, i + 1, mark);
      }
    }
    return editor.done();
  }

  /** Replaces what is in the table, the longest entry first. */
  private record Table(CharacterMap map) implements Normalizer {
    @Override
    public AlignedText apply(AlignedText text) {
      if (map == CharacterMap.NONE) {
        return text;
      }
      String chars = text.text();
      byte[] utf8 = chars.getBytes(StandardCharsets.UTF_8);
      AlignedText.Editor editor = text.edit();
      int at = 0;
      for (int i = 0; i < chars.length(); ) {
        CharacterMap.Match match = map.find(utf8, at, utf8.length);
        int codePoint = chars.codePointAt(i);
        int length = match == null ? Utf8.length(codePoint) : match.length();
        int next = i;
        for (int covered = 0; covered < length && next < chars.length(); ) {
          covered += Utf8.length(chars.codePointAt(next));
          next += Character.charCount(chars.codePointAt(next));
        }
        if (match == null) {
          editor.keep(i, next);
        } else {
          editor.replace(i, next, match.replacement());
        }
        at += length;
        i = next;
      }
      return editor.done();
    }
  }
}
