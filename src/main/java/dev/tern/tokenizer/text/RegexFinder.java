package dev.tern.tokenizer.text;

import dev.tern.error.CheckpointException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the matches of a regular expression. One that comes from a file is not trusted: its matching ends with a clear
 * error when it takes unreasonably many steps or too deep a recursion.
 */
public final class RegexFinder implements MatchFinder {
  private static final int LONGEST_PATTERN = 20_000;
  private static final long STEPS = 20_000_000;
  private static final long STEPS_PER_CHAR = 500;

  private final Pattern pattern;

  /** Names the pattern's file in messages; null if the pattern is trusted. */
  private final String source;

  private RegexFinder(Pattern pattern, String source) {
    this.pattern = pattern;
    this.source = source;
  }

  /** A pattern in Java's syntax that is known to take linear time; its classes are Unicode's. */
  public static RegexFinder trusted(String regex) {
    return new RegexFinder(Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS), null);
  }

  /** The occurrences of a string. */
  public static RegexFinder literal(String text) {
    return new RegexFinder(Pattern.compile(text, Pattern.LITERAL), null);
  }

  /** A pattern out of a file in Oniguruma's syntax; {@code source} names the file in error messages. */
  public static RegexFinder untrusted(String source, String regex) {
    if (regex.length() > LONGEST_PATTERN) {
      throw new CheckpointException(
          "%s: expected a pattern of at most %d characters, found %d"
              .formatted(source, LONGEST_PATTERN, regex.length()));
    }
    try {
      return new RegexFinder(Pattern.compile(scripts(regex), Pattern.UNICODE_CHARACTER_CLASS), source);
    } catch (PatternSyntaxException e) {
      throw new CheckpointException(
          "%s: expected a regular expression, found '%s': %s".formatted(source, regex, e.getDescription()), e);
    }
  }

  /** Java wants {@code \p{IsHan}} where Oniguruma has {@code \p{Han}}; categories have at most two letters. */
  private static String scripts(String regex) {
    return regex.replaceAll("\\\\([pP])\\{(\\^?)([A-Z][a-z]{2,})\\}", "\\\\$1{$2Is$3}");
  }

  @Override
  public void find(String text, int from, int to, Spans matches) {
    long steps = STEPS + STEPS_PER_CHAR * (to - from);
    Matcher matcher = pattern.matcher(source == null ? text : new Limited(text, new long[] {steps}, this));
    matcher.region(from, to);
    try {
      while (matcher.find()) {
        matches.addEvenEmpty(matcher.start(), matcher.end());
      }
    } catch (StackOverflowError e) {
      throw new CheckpointException(
          "%s: pattern '%s' needs too deep a recursion for a text of %d characters"
              .formatted(source, pattern, to - from),
          e);
    }
  }

  /** A text that counts how often it is read. */
  private record Limited(String text, long[] left, RegexFinder finder) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (--left[0] < 0) {
        throw new CheckpointException(
            "%s: pattern '%s' takes too many steps on a text of %d characters"
                .formatted(finder.source, finder.pattern, text.length()));
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
