package dev.tern.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Little-endian values one after another in memory. */
final class LittleEndianWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** The lowest {@code count} bytes of an integer. */
  LittleEndianWriter integer(long value, int count) {
    for (int i = 0; i < count; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  LittleEndianWriter int32(long value) {
    return integer(value, 4);
  }

  LittleEndianWriter int64(long value) {
    return integer(value, 8);
  }

  /** A string: its length in 64 bits, then UTF-8. */
  LittleEndianWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int64(utf8.length);
    return bytes(utf8);
  }

  LittleEndianWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** Zeros up to a multiple of {@code alignment}. */
  LittleEndianWriter align(int alignment) {
    return bytes(new byte[Math.floorMod(-out.size(), alignment)]);
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
