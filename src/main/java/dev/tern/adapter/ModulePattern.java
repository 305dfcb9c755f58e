package dev.tern.adapter;

import dev.tern.error.CheckpointException;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a configuration on names of modules. Patterns come from files that nobody has checked, so a
 * match that takes very many steps is given up.
 */
final class ModulePattern {
  private static final int MAX_STEPS = 1_000_000;

  private final String source;
  private final Pattern pattern;

  private ModulePattern(String source, String pattern) {
    this.source = source;
    try {
      this.pattern = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new CheckpointException(
          "%s: expected a regular expression, found '%s': %s".formatted(source, pattern, e.getDescription()), e);
    }
  }

  /** Of the whole name. */
  static ModulePattern whole(String source, String pattern) {
    return new ModulePattern(source, pattern);
  }

  /** Of the name's last parts, whatever goes before them. */
  static ModulePattern atEnd(String source, String pattern) {
    return new ModulePattern(source, "(?:.*\\.)?(?:" + pattern + ")");
  }

  /** Of the number that follows a part with this name. */
  static ModulePattern number(String source, String part) {
    return new ModulePattern(source, ".*\\.(?:" + part + ")\\.(?<number>\\d{1,9})\\..*");
  }

  boolean matches(String module) {
    return matcher(module).matches();
  }

  /** The number found by a pattern made with {@link #number}. */
  OptionalInt numberIn(String module) {
    Matcher matcher = matcher(module);
    return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group("number"))) : OptionalInt.empty();
  }

  private Matcher matcher(String module) {
    return pattern.matcher(new Counted(module, new int[1]));
  }

  /** Text that counts how often it is looked at. */
  private final class Counted implements CharSequence {
    private final CharSequence text;
    private final int[] steps;

    private Counted(CharSequence text, int[] steps) {
      this.text = text;
      this.steps = steps;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > MAX_STEPS) {
        throw new CheckpointException(
            "%s: matching '%s' takes more than %d steps".formatted(source, pattern, MAX_STEPS));
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), steps);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
