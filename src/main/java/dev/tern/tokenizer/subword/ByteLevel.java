package dev.tern.tokenizer.subword;

import java.util.Arrays;

/**
 * GPT-2's way of writing bytes as visible characters: those that are visible in Latin-1 stand for themselves, the
 * others are numbered from U+0100 on.
 */
public final class ByteLevel {
  private static final int LAST = 0x143;
  private static final char[] CHARACTERS = characters();
  private static final short[] VALUES = values();

  private ByteLevel() {}

  private static char[] characters() {
    char[] characters = new char[256];
    char next = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean visible = value >= '!' && value <= '~' || value >= 0xa1 && value != 0xad;
      characters[value] = visible ? (char) value : next++;
    }
    return characters;
  }

  private static short[] values() {
    short[] values = new short[LAST + 1];
    Arrays.fill(values, (short) -1);
    for (int value = 0; value < 256; value++) {
      values[CHARACTERS[value]] = (short) value;
    }
    return values;
  }

  /** The character that a byte from 0 to 255 is written as. */
  public static char character(int value) {
    return CHARACTERS[value];
  }

  /** The byte that a character stands for, or -1. */
  public static int value(char c) {
    return c <= LAST ? VALUES[c] : -1;
  }

  /** Appends the bytes of a piece; returns false, and leaves nothing, if a character of it stands for none. */
  public static boolean append(String piece, ByteTable.Builder out) {
    for (int i = 0; i < piece.length(); i++) {
      int value = value(piece.charAt(i));
      if (value < 0) {
        out.undo();
        return false;
      }
      out.append(value);
    }
    return true;
  }

  /** Writes the bytes of {@code piece[from, to)} to {@code out} from {@code at} on; returns the end, or -1. */
  static int decode(String piece, int from, int to, byte[] out, int at) {
    int end = at;
    for (int i = from; i < to; i++) {
      int value = value(piece.charAt(i));
      if (value < 0) {
        return -1;
      }
      out[end++] = (byte) value;
    }
    return end;
  }
}
