package dev.tern.tokenizer.text;

import java.util.function.IntPredicate;

/**
 * Finds single characters of a class.
 *
 * @param characters which
 */
public record CharacterFinder(IntPredicate characters) implements MatchFinder {
  @Override
  public void find(String text, int from, int to, Spans matches) {
    for (int at = from; at < to; ) {
      int codePoint = text.codePointAt(at);
      int next = at + Character.charCount(codePoint);
      if (characters.test(codePoint)) {
        matches.add(at, next);
      }
      at = next;
    }
  }
}
