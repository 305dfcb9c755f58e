package dev.tern.tokenizer.text;

/** A normalized text and the words it has been cut into so far. */
public record Segments(AlignedText text, Spans words) {
  /** The whole text as one word. */
  public static Segments of(AlignedText text) {
    Spans words = new Spans();
    words.add(0, text.length());
    return new Segments(text, words);
  }
}
