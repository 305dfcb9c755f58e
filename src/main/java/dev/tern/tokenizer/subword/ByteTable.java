package dev.tern.tokenizer.subword;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Byte strings numbered from 0, one after the other in one array: a vocabulary without an object per token. */
public final class ByteTable {
  private final byte[] pool;
  private final int[] ends;

  private ByteTable(byte[] pool, int[] ends) {
    this.pool = pool;
    this.ends = ends;
  }

  public int size() {
    return ends.length;
  }

  byte[] pool() {
    return pool;
  }

  int start(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }

  int end(int id) {
    return ends[id];
  }

  int length(int id) {
    return end(id) - start(id);
  }

  /** A copy of the bytes of one entry. */
  public byte[] get(int id) {
    return Arrays.copyOfRange(pool, start(id), end(id));
  }

  /** The UTF-8 form of strings. */
  public static ByteTable utf8(String[] texts) {
    Builder builder = new Builder(texts.length);
    for (String text : texts) {
      builder.appendUtf8(text);
      builder.end();
    }
    return builder.build();
  }

  /** Collects entries: bytes are appended, {@link #end} closes an entry. */
  public static final class Builder {
    private byte[] pool;
    private final int[] ends;
    private int length;
    private int count;

    public Builder(int entries) {
      pool = new byte[Math.max(16, entries * 8)];
      ends = new int[entries];
    }

    public void append(int value) {
      if (length == pool.length) {
        pool = Arrays.copyOf(pool, length * 2);
      }
      pool[length++] = (byte) value;
    }

    /** Appends the UTF-8 form of a text. */
    public void appendUtf8(String text) {
      int kept = length;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c >= 0x80) {
          length = kept;
          for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            append(b);
          }
          return;
        }
        append(c);
      }
    }

    public void end() {
      ends[count++] = length;
    }

    /** Takes back what was appended to the entry that is still open. */
    public void undo() {
      length = count == 0 ? 0 : ends[count - 1];
    }

    public ByteTable build() {
      if (count != ends.length) {
        throw new IllegalStateException("expected %d entries, found %d".formatted(ends.length, count));
      }
      return new ByteTable(Arrays.copyOf(pool, length), ends);
    }
  }
}
