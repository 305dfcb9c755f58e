package dev.tern.tokenizer.text;

import dev.tern.tokenizer.subword.ByteLevel;
import java.nio.charset.StandardCharsets;

/** Writes the bytes of a text as visible characters, as GPT-2 does: needed where more is done to that writing. */
public final class ByteLevelText {
  /** Before a text is cut into words. */
  public static final Normalizer NORMALIZER =
      text -> {
        AlignedText.Editor editor = text.edit();
        write(text, 0, text.length(), editor);
        return editor.done();
      };

  /** After. */
  public static final PreTokenizer PRE_TOKENIZER =
      segments -> {
        AlignedText.Editor editor = segments.text().edit();
        Spans words = new Spans();
        for (int i = 0; i < segments.words().count(); i++) {
          int begin = editor.length();
          write(segments.text(), segments.words().start(i), segments.words().end(i), editor);
          words.add(begin, editor.length());
        }
        return new Segments(editor.done(), words);
      };

  private ByteLevelText() {}

  private static void write(AlignedText text, int from, int to, AlignedText.Editor editor) {
    for (int at = from; at < to; ) {
      int codePoint = text.text().codePointAt(at);
      int next = at + Character.charCount(codePoint);
      StringBuilder written = new StringBuilder(4);
      for (byte value : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
        written.append(ByteLevel.character(value & 0xff));
      }
      editor.replace(at, next, written);
      at = next;
    }
  }
}
