package dev.tern.study.sweep;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tern.error.TernException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What is measured, as a file describes it.
 *
 * @param title of the report
 * @param forks processes that measure the same, one after the other
 * @param iterations of each point in each process
 * @param threads that compute; 0 for one per core
 * @param price of the machine per hour, in any currency; null if it is not known
 * @param full what replaces parts of this in a long study; null for nothing
 */
public record Study(
    String title,
    int forks,
    int iterations,
    int threads,
    Double price,
    List<MixerSuite> mixers,
    List<ModelSuite> models,
    List<ExpertSuite> experts,
    List<AdapterSuite> adapters,
    List<QualitySuite> quality,
    @JsonProperty(access = JsonProperty.Access.WRITE_ONLY) Study full) {
  private static final int FORKS = 3;
  private static final int ITERATIONS = 5;

  public Study {
    if (forks < 0 || iterations < 0 || threads < 0 || price != null && !(price >= 0)) {
      throw new TernException(
          "study: expected forks, iterations, threads and price of 0 or more, found %d, %d, %d and %s"
              .formatted(forks, iterations, threads, price));
    }
    mixers = Lists.or(mixers, List.of());
    models = Lists.or(models, List.of());
    experts = Lists.or(experts, List.of());
    adapters = Lists.or(adapters, List.of());
    quality = Lists.or(quality, List.of());
  }

  /** The long form. */
  Study inFull(String source) {
    if (full == null) {
      throw new TernException(source + ": expected a part 'full' that says what the long study measures");
    }
    return new Study(
        Lists.or(full.title, title),
        Lists.or(full.forks, forks),
        Lists.or(full.iterations, iterations),
        Lists.or(full.threads, threads),
        full.price == null ? price : full.price,
        Lists.or(full.mixers, mixers),
        Lists.or(full.models, models),
        Lists.or(full.experts, experts),
        Lists.or(full.adapters, adapters),
        Lists.or(full.quality, quality),
        null);
  }

  /** The same with the path of the shipped model in place of its name. */
  Study withShipped(Supplier<String> path) {
    return new Study(
        title,
        forks,
        iterations,
        threads,
        price,
        mixers,
        models.stream()
            .map(suite -> StudyFile.SHIPPED.equals(suite.model()) ? suite.withModel(path.get()) : suite)
            .toList(),
        experts,
        adapters,
        quality.stream()
            .map(suite -> StudyFile.SHIPPED.equals(suite.model()) ? suite.withModel(path.get()) : suite)
            .toList(),
        null);
  }

  /** Everything once, then everything again: an interrupted study has seen as much as possible. */
  List<Job> jobs() {
    List<Suite> parts =
        Stream.of(mixers, models, experts, adapters, quality)
            .flatMap(List::stream)
            .<Suite>flatMap(suite -> suite.parts().stream())
            .toList();
    if (parts.isEmpty()) {
      throw new TernException("study: expected mixers, models, experts, adapters or quality to measure, found none");
    }
    List<Job> jobs = new ArrayList<>();
    for (int fork = 0; fork < Lists.or(forks, FORKS); fork++) {
      for (Suite part : parts) {
        jobs.add(new Job(part, fork, Lists.or(iterations, ITERATIONS), threads));
      }
    }
    return jobs;
  }
}
