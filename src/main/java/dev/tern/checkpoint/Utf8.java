package dev.tern.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict decoding: malformed bytes are an error, never replaced. */
final class Utf8 {
  private Utf8() {}

  static String decode(byte[] bytes) throws CharacterCodingException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The constructor replaces malformed bytes by U+FFFD, which well-formed text hardly ever holds; it is many times
    // faster than a decoder that reports them.
    return text.indexOf('\uFFFD') < 0
        ? text
        : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
