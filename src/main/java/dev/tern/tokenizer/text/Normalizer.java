package dev.tern.tokenizer.text;

/** Rewrites a part of a text before it is cut into words. */
@FunctionalInterface
public interface Normalizer {
  Normalizer NONE = text -> text;

  AlignedText apply(AlignedText text);

  /** This one, then the other. */
  default Normalizer then(Normalizer other) {
    return this == NONE ? other : text -> other.apply(apply(text));
  }
}
