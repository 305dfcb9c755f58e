package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;

/** The form of error messages. Names in files are untrusted: they are shortened, and stay on one line. */
final class Messages {
  private static final int MAX_QUOTED = 120;
  private static final int MAX_LINE = 400;

  private Messages() {}

  /** An exception whose message is {@code source: subject: expected …, found …}. */
  static CheckpointException mismatch(String source, String subject, String expected, Object found) {
    return new CheckpointException("%s: %s: expected %s, found %s".formatted(source, subject, expected, found));
  }

  static String tensor(String name) {
    return "tensor '" + quote(name) + "'";
  }

  static String key(String name) {
    return "key '" + quote(name) + "'";
  }

  /** A name or value from a file: at most {@value #MAX_QUOTED} characters of it, without control characters. */
  static String quote(String text) {
    return clean(text, MAX_QUOTED);
  }

  /** The message of a library, which may quote the file: at most {@value #MAX_LINE} characters of it. */
  static String oneLine(String text) {
    return clean(text, MAX_LINE);
  }

  private static String clean(String text, int limit) {
    StringBuilder quoted = new StringBuilder();
    text.codePoints()
        .limit(limit)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                quoted.append("\\u%04x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > limit ? quoted + "…" : quoted.toString();
  }
}
