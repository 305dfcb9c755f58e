package dev.tern.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict decoding: malformed bytes are an error, never replaced. */
final class Utf8 {
  private Utf8() {}

  static String decode(byte[] bytes) throws CharacterCodingException {
    return decode(bytes, 0, bytes.length);
  }

  static String decode(byte[] bytes, int at, int length) throws CharacterCodingException {
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    // The constructor replaces malformed bytes by U+FFFD, which well-formed text hardly ever holds; it is many times
    // faster than a decoder that reports them.
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
  }
}
