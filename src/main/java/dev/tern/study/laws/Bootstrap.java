package dev.tern.study.laws;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fits the same thing to samples of the rows, drawn with replacement.
 *
 * @param replicates number of samples; 0 for none
 * @param seed the same seed draws the same samples
 */
public record Bootstrap(int replicates, long seed) {
  /** Drawing fewer distinct rows than this cannot determine any law; such a sample is drawn again. */
  private static final int FEWEST_DISTINCT = 6;

  <T, R> List<R> apply(List<T> rows, Function<List<T>, R> fit) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean enough = rows.stream().distinct().count() > FEWEST_DISTINCT;
    return Stream.generate(() -> sample(rows, random))
        .filter(sample -> !enough || sample.stream().distinct().count() >= FEWEST_DISTINCT)
        .limit(replicates)
        .map(fit)
        .toList();
  }

  private static <T> List<T> sample(List<T> rows, SplittableRandom random) {
    return IntStream.range(0, rows.size()).mapToObj(i -> rows.get(random.nextInt(rows.size()))).toList();
  }
}
