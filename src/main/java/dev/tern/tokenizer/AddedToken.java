package dev.tern.tokenizer;

import java.util.EnumSet;
import java.util.Set;

/**
 * A token that is looked for in the text before the text is cut up.
 *
 * @param id its id
 * @param text what to look for
 * @param traits how
 */
record AddedToken(int id, String text, Set<Trait> traits) {
  enum Trait {
    /** A control token: only found where special tokens are to be parsed. */
    SPECIAL,
    /** Only found where no letter or digit touches it. */
    SINGLE_WORD,
    /** Takes the white space before it with it. */
    LEFT_STRIP,
    /** Takes the white space after it with it. */
    RIGHT_STRIP,
    /** Looked for in the normalized text. */
    NORMALIZED
  }

  static AddedToken of(int id, String text, boolean special) {
    return new AddedToken(id, text, special ? Set.of(Trait.SPECIAL) : Set.of());
  }

  /** This one as a control token. */
  AddedToken asSpecial() {
    Set<Trait> more = EnumSet.of(Trait.SPECIAL);
    more.addAll(traits);
    return new AddedToken(id, text, more);
  }

  boolean is(Trait trait) {
    return traits.contains(trait);
  }
}
