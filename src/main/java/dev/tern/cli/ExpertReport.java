package dev.tern.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How often each expert of each layer was chosen: a line per layer, in per cent or, of many experts, as bars. */
final class ExpertReport {
  private static final String BARS = "▁▂▃▄▅▆▇█";

  /** Experts whose shares are written as numbers. */
  private static final int MOST_NUMBERS = 16;

  private static final int BEST = 3;

  private ExpertReport() {}

  /**
   * Prints all layers.
   *
   * @param counts choices of each expert, by layer
   */
  static void print(SortedMap<Integer, long[]> counts, PrintWriter out) {
    if (counts.isEmpty()) {
      out.println("experts: the model has none");
    } else {
      long[] first = counts.get(counts.firstKey());
      boolean numbers = first.length <= MOST_NUMBERS;
      String form = numbers ? "per cent" : "bars up to the most chosen";
      out.printf("choices of each expert: %s (even: %s %%)%n", form, share(1, first.length));
      counts.forEach((layer, chosen) -> out.printf("layer %-3d %s%n", layer, line(chosen)));
    }
    out.flush();
  }

  private static String line(long[] chosen) {
    long total = Arrays.stream(chosen).sum();
    if (chosen.length <= MOST_NUMBERS) {
      return Arrays.stream(chosen)
          .mapToObj(count -> "%6s".formatted(share(count, total)))
          .collect(Collectors.joining());
    }
    long most = Math.max(1, Arrays.stream(chosen).max().orElse(0));
    String bars =
        Arrays.stream(chosen)
            .mapToObj(count -> count == 0 ? " " : bar((double) count / most))
            .collect(Collectors.joining("", "|", "|"));
    String best =
        IntStream.range(0, chosen.length)
            .boxed()
            .sorted((a, b) -> Long.compare(chosen[b], chosen[a]))
            .limit(BEST)
            .map(expert -> "%d: %s".formatted(expert, share(chosen[expert], total)))
            .collect(Collectors.joining(", "));
    long never = Arrays.stream(chosen).filter(count -> count == 0).count();
    return "%s most %s; never %d".formatted(bars, best, never);
  }

  private static String bar(double height) {
    int level = (int) Math.min(BARS.length() - 1L, (long) (height * BARS.length()));
    return BARS.substring(level, level + 1);
  }

  private static String share(long count, long total) {
    return String.format(Locale.ROOT, "%.1f", total == 0 ? 0 : 100.0 * count / total);
  }
}
