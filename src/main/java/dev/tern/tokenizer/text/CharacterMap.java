package dev.tern.tokenizer.text;

import dev.tern.error.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SentencePiece's table of characters to replace ("precompiled_charsmap"): the byte length of a double-array trie, the
 * trie, and the replacements, each ended by a zero byte. The layout of a unit of the trie is that of Darts-clone: bits
 * 0–7 and 31 the label, bit 8 whether a value hangs below, bits 10–30 the offset to the children, bit 9 whether that is
 * in steps of 256.
 */
public final class CharacterMap {
  public static final CharacterMap NONE = new CharacterMap("", new int[0], new byte[0]);

  private final String source;
  private final int[] units;
  private final byte[] replacements;

  private CharacterMap(String source, int[] units, byte[] replacements) {
    this.source = source;
    this.units = units;
    this.replacements = replacements;
  }

  /** Reads a table; an empty one maps nothing. */
  public static CharacterMap of(String source, byte[] blob) {
    if (blob.length == 0) {
      return NONE;
    }
    ByteBuffer buffer = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
    long size = blob.length < 4 ? -1 : Integer.toUnsignedLong(buffer.getInt());
    if (size < 4 || size % 4 != 0 || size > blob.length - 4) {
      throw new CheckpointException(
          "%s: precompiled_charsmap: expected a trie within %d bytes, found one of %d bytes"
              .formatted(source, blob.length, size));
    }
    int[] units = new int[(int) size / 4];
    buffer.asIntBuffer().get(units);
    return new CharacterMap(source, units, Arrays.copyOfRange(blob, 4 + (int) size, blob.length));
  }

  /** The longest entry at the beginning of {@code utf8[from, to)}, or null. */
  Match find(byte[] utf8, int from, int to) {
    if (units.length == 0) {
      return null;
    }
    int length = 0;
    int value = -1;
    int node = offset(units[0]);
    for (int i = from; i < to && utf8[i] != 0; i++) {
      int label = utf8[i] & 0xff;
      node ^= label;
      int unit = unit(node);
      if ((unit & 0x800000ff) != label) {
        break;
      }
      node ^= offset(unit);
      if ((unit >>> 8 & 1) != 0) {
        length = i + 1 - from;
        value = unit(node) & Integer.MAX_VALUE;
      }
    }
    return length == 0 ? null : new Match(length, replacement(value));
  }

  /** An entry: how many bytes it replaces, and by what. */
  record Match(int length, String replacement) {}

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private int unit(int node) {
    if (node < 0 || node >= units.length) {
      throw new CheckpointException(
          "%s: precompiled_charsmap: expected a unit below %d, found %d".formatted(source, units.length, node));
    }
    return units[node];
  }

  private String replacement(int start) {
    int end = start;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    if (end >= replacements.length) {
      throw new CheckpointException(
          "%s: precompiled_charsmap: expected a replacement within %d bytes, found one at %d"
              .formatted(source, replacements.length, start));
    }
    return new String(replacements, start, end - start, StandardCharsets.UTF_8);
  }
}
