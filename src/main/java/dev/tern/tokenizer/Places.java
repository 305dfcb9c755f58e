package dev.tern.tokenizer;

import dev.tern.tokenizer.subword.TokenBuffer.WordPlaces;
import dev.tern.tokenizer.text.AlignedText;
import dev.tern.tokenizer.text.Utf8;

/** Translates places in a normalized text to bytes of the original one. */
final class Places {
  /** By index of a char: the bytes before it. */
  private final int[] bytes;

  Places(String original) {
    bytes = new int[original.length() + 1];
    int total = 0;
    for (int i = 0; i < original.length(); ) {
      int codePoint = original.codePointAt(i);
      int chars = Character.charCount(codePoint);
      bytes[i] = total;
      total += Utf8.length(codePoint);
      if (chars == 2) {
        bytes[i + 1] = total;
      }
      i += chars;
    }
    bytes[original.length()] = total;
  }

  /** Bytes before the char at this index of the original text. */
  int at(int index) {
    return bytes[index];
  }

  /** For every byte of a word of a normalized text. */
  WordPlaces of(AlignedText text, int from, int to, int utf8Length) {
    int[] starts = new int[utf8Length + 1];
    int[] ends = new int[utf8Length + 1];
    int at = 0;
    starts[0] = ends[0] = bytes[text.start(from)];
    for (int i = from; i < to; ) {
      int codePoint = text.text().codePointAt(i);
      int next = i + Character.charCount(codePoint);
      int length = Utf8.length(codePoint);
      int start = bytes[text.start(i)];
      int end = bytes[text.end(next - 1)];
      // A character that normalization kept can be taken apart; one that it made stands for its source as a whole.
      boolean kept = end - start == length;
      for (int b = 0; b < length; b++) {
        starts[at + b] = kept ? start + b : start;
        ends[at + b + 1] = kept ? start + b + 1 : end;
      }
      at += length;
      starts[at] = end;
      i = next;
    }
    return new WordPlaces(starts, ends);
  }
}
