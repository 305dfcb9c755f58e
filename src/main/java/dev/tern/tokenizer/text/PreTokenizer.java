package dev.tern.tokenizer.text;

import java.util.List;

/** Cuts the words of a text further; no token reaches over the end of a word. */
@FunctionalInterface
public interface PreTokenizer {
  PreTokenizer NONE = segments -> segments;

  Segments apply(Segments segments);

  /** One after the other. */
  static PreTokenizer all(List<PreTokenizer> steps) {
    List<PreTokenizer> copy = List.copyOf(steps);
    return segments -> {
      Segments result = segments;
      for (PreTokenizer step : copy) {
        result = step.apply(result);
      }
      return result;
    };
  }
}
