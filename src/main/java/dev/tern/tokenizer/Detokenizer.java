package dev.tern.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns tokens into text as they come, for a reader that sees every part at once: a character whose bytes are spread
 * over several tokens appears when it is complete. For one sequence, one thread.
 */
public final class Detokenizer {
  private final Tokenizer tokenizer;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] pending = new byte[0];

  public Detokenizer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text that this token completes; may be empty. Bytes that can be no UTF-8 become U+FFFD. */
  public String next(int id) {
    return decode(tokenizer.bytes(id), false);
  }

  /** What is left: U+FFFD where the sequence ended inside a character, else nothing. */
  public String finish() {
    String rest = decode(new byte[0], true);
    decoder.reset();
    return rest;
  }

  private String decode(byte[] more, boolean end) {
    if (more.length == 0 && !end) {
      return "";
    }
    ByteBuffer in = ByteBuffer.allocate(pending.length + more.length).put(pending).put(more).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    decoder.decode(in, out, end);
    if (end) {
      decoder.flush(out);
    }
    pending = new byte[in.remaining()];
    in.get(pending);
    return out.flip().toString();
  }
}
