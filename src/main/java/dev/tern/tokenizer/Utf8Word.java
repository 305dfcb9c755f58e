package dev.tern.tokenizer;

/** The UTF-8 form of one word after the other in memory that is used again. */
final class Utf8Word {
  private byte[] bytes = new byte[256];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Takes the chars {@code [from, to)}, which are well-formed. */
  void set(String text, int from, int to) {
    if (bytes.length < 3 * (to - from)) {
      bytes = new byte[Math.max(3 * (to - from), bytes.length * 2)];
    }
    int at = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes[at++] = (byte) c;
      } else if (c < 0x800) {
        bytes[at++] = (byte) (0xc0 | c >> 6);
        bytes[at++] = (byte) (0x80 | c & 0x3f);
      } else if (Character.isHighSurrogate(c)) {
        at = put(text.codePointAt(i++), at);
      } else {
        bytes[at++] = (byte) (0xe0 | c >> 12);
        bytes[at++] = (byte) (0x80 | c >> 6 & 0x3f);
        bytes[at++] = (byte) (0x80 | c & 0x3f);
      }
    }
    length = at;
  }

  private int put(int codePoint, int at) {
    bytes[at] = (byte) (0xf0 | codePoint >> 18);
    bytes[at + 1] = (byte) (0x80 | codePoint >> 12 & 0x3f);
    bytes[at + 2] = (byte) (0x80 | codePoint >> 6 & 0x3f);
    bytes[at + 3] = (byte) (0x80 | codePoint & 0x3f);
    return at + 4;
  }

  /** The text with U+FFFD in the place of every lone surrogate. */
  static String wellFormed(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) {
        continue;
      }
      if (Character.charCount(text.codePointAt(i)) == 2) {
        i++;
      } else {
        repaired = repaired == null ? new StringBuilder(text) : repaired;
        repaired.setCharAt(i, '\ufffd');
      }
    }
    return repaired == null ? text : repaired.toString();
  }
}
