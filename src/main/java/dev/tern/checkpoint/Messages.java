package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;

/** The form of error messages. Names in files are untrusted: they are shortened, and stay on one line. */
final class Messages {
  private static final int MAX_QUOTED = 120;

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

  /** The text without control characters, at most {@value #MAX_QUOTED} characters of it. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder();
    text.codePoints()
        .limit(MAX_QUOTED)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                quoted.append("\\u%04x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > MAX_QUOTED ? quoted + "…" : quoted.toString();
  }
}
