package dev.tern.tokenizer.text;

import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The simple normalizers that tokenizers are published with. */
public final class Normalizers {
  /** A user-perceived character; no normalization form reaches over its ends. */
  private static final Pattern GRAPHEME = Pattern.compile("\\X");

  private Normalizers() {}

  /** A Unicode normalization form. */
  public static Normalizer form(Form form) {
    return text -> {
      if (java.text.Normalizer.isNormalized(text.text(), form)) {
        return text;
      }
      AlignedText.Editor editor = text.edit();
      Matcher graphemes = GRAPHEME.matcher(text.text());
      while (graphemes.find()) {
        String normal = java.text.Normalizer.normalize(graphemes.group(), form);
        replace(editor, graphemes, normal);
      }
      return editor.done();
    };
  }

  private static void replace(AlignedText.Editor editor, Matcher found, String replacement) {
    if (found.group().equals(replacement)) {
      editor.keep(found.start(), found.end());
    } else {
      editor.replace(found.start(), found.end(), replacement);
    }
  }

  /** Lower case, whatever the language. */
  public static Normalizer lowercase() {
    return text -> {
      AlignedText.Editor editor = text.edit();
      eachCodePoint(text.text(), (from, to, codePoint) -> lower(editor, from, to, codePoint));
      return editor.done();
    };
  }

  static void lower(AlignedText.Editor editor, int from, int to, int codePoint) {
    editor.replace(from, to, Character.toString(codePoint).toLowerCase(Locale.ROOT));
  }

  /** Leaves out the marks that are written over or under letters. */
  public static Normalizer stripMarks() {
    return text -> {
      AlignedText.Editor editor = text.edit();
      eachCodePoint(
          text.text(),
          (from, to, codePoint) -> {
            if (!CharacterClass.isMark(codePoint)) {
              editor.keep(from, to);
            }
          });
      return editor.done();
    };
  }

  /** Replaces every occurrence of a string. */
  public static Normalizer replace(String what, String with) {
    return text -> {
      int found = what.isEmpty() ? -1 : text.text().indexOf(what);
      if (found < 0) {
        return text;
      }
      AlignedText.Editor editor = text.edit();
      int from = 0;
      while (found >= 0) {
        editor.keep(from, found).replace(found, found + what.length(), with);
        from = found + what.length();
        found = text.text().indexOf(what, from);
      }
      return editor.keep(from, text.length()).done();
    };
  }

  /** Replaces every match. */
  public static Normalizer replace(MatchFinder what, String with) {
    return text -> {
      Spans found = new Spans();
      what.find(text.text(), 0, text.length(), found);
      AlignedText.Editor editor = text.edit();
      int from = 0;
      for (int i = 0; i < found.count(); i++) {
        editor.keep(from, found.start(i)).replace(found.start(i), found.end(i), with);
        from = found.end(i);
      }
      return editor.keep(from, text.length()).done();
    };
  }

  /** Puts a string before every text that is not empty. */
  public static Normalizer prepend(String prefix) {
    return text -> text.length() == 0 ? text : text.edit().replace(0, 0, prefix).keep(0, text.length()).done();
  }

  /** Takes white space from the ends. */
  public static Normalizer strip(boolean left, boolean right) {
    return text -> {
      String chars = text.text();
      int from = 0;
      int to = chars.length();
      while (left && from < to && CharacterClass.isWhitespace(chars.charAt(from))) {
        from++;
      }
      while (right && to > from && CharacterClass.isWhitespace(chars.charAt(to - 1))) {
        to--;
      }
      return text.slice(from, to);
    };
  }

  /** Receives the characters of a text. */
  interface CodePoints {
    void accept(int from, int to, int codePoint);
  }

  static void eachCodePoint(String text, CodePoints receiver) {
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      int next = i + Character.charCount(codePoint);
      receiver.accept(i, next, codePoint);
      i = next;
    }
  }
}
