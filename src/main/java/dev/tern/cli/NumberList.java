package dev.tern.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Whole numbers as a list of values and ranges: {@code 1,2,4}, {@code 1-8} (every number), {@code 0-1024+512}, {@code
 * 128-1024*2}.
 *
 * @param values in the order given
 */
record NumberList(List<Integer> values) {
  private static final int MOST = 1000;
  private static final Pattern PART = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9})(?:([+*])(\\d{1,9}))?)?");

  static NumberList of(int... values) {
    return new NumberList(java.util.Arrays.stream(values).boxed().toList());
  }

  /** For picocli. */
  static final class Converter implements ITypeConverter<NumberList> {
    @Override
    public NumberList convert(String text) {
      List<Integer> values = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        addPart(text, part, values);
      }
      return new NumberList(List.copyOf(values));
    }

    private static void addPart(String text, String part, List<Integer> values) {
      Matcher matcher = PART.matcher(part.strip());
      if (!matcher.matches()) {
        throw wrong(text);
      }
      long from = Long.parseLong(matcher.group(1));
      long to = matcher.group(2) == null ? from : Long.parseLong(matcher.group(2));
      boolean times = "*".equals(matcher.group(3));
      long step = matcher.group(4) == null ? 1 : Long.parseLong(matcher.group(4));
      if (to < from || step < 1 || times && (step < 2 || from < 1)) {
        throw wrong(text);
      }
      for (long value = from; value <= to; value = times ? value * step : value + step) {
        values.add((int) value);
        if (values.size() > MOST) {
          throw wrong(text);
        }
      }
    }

    private static TypeConversionException wrong(String text) {
      return new TypeConversionException(
          "expected numbers or ranges such as 1,2,4 or 128-1024*2, found '%s'".formatted(text));
    }
  }
}
