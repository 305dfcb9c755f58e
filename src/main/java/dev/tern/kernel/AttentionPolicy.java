package dev.tern.kernel;

import dev.tern.error.TernException;

/** How a user lets causal attention look at its context, whatever the model was trained with. */
public sealed interface AttentionPolicy {
  AttentionPolicy FULL = new Own();

  /** The mask of a layer under this policy, given the layer's own. */
  AttentionMask over(AttentionMask own);

  /** The layer's own mask. */
  record Own() implements AttentionPolicy {
    @Override
    public AttentionMask over(AttentionMask own) {
      return own;
    }
  }

  /** The last {@code size} positions and the first {@code sinks} (StreamingLLM, Xiao et al. 2023). */
  record Window(int size, int sinks) implements AttentionPolicy {
    @Override
    public AttentionMask over(AttentionMask own) {
      return own.kind() == AttentionMask.Kind.CAUSAL ? new AttentionMask(AttentionMask.Kind.WINDOW, size, sinks) : own;
    }
  }

  /** Reads {@code full} or {@code window:W[+sinks:S]}. */
  static AttentionPolicy parse(String text) {
    if (text.equals("full")) {
      return FULL;
    }
    var window = java.util.regex.Pattern.compile("window:(\\d{1,9})(?:\\+sinks:(\\d{1,9}))?").matcher(text);
    if (!window.matches() || Integer.parseInt(window.group(1)) == 0) {
      throw new TernException("attention: expected full or window:W[+sinks:S], found '%s'".formatted(text));
    }
    return new Window(
        Integer.parseInt(window.group(1)), window.group(2) == null ? 0 : Integer.parseInt(window.group(2)));
  }
}
