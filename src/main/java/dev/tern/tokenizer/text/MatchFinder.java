package dev.tern.tokenizer.text;

/** Finds the places of something in a text. */
@FunctionalInterface
public interface MatchFinder {
  /** Appends what is found in {@code text[from, to)}, in order, seeing nothing beyond; a match may be empty. */
  void find(String text, int from, int to, Spans matches);
}
