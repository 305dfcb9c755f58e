package dev.tern.study.sweep;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What one process measures.
 *
 * @param suite the part of a suite
 * @param fork number of the process among those that measure the same
 * @param iterations of each point
 * @param threads that compute; 0 for one per core
 */
public record Job(
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
        @JsonSubTypes({
          @JsonSubTypes.Type(value = MixerSuite.class, name = "mixers"),
          @JsonSubTypes.Type(value = ModelSuite.class, name = "models"),
          @JsonSubTypes.Type(value = ExpertSuite.class, name = "experts"),
          @JsonSubTypes.Type(value = AdapterSuite.class, name = "adapters"),
          @JsonSubTypes.Type(value = QualitySuite.class, name = "quality")
        })
        Suite suite,
    int fork,
    int iterations,
    int threads) {

  /** The same for the same settings: a study that is resumed knows by it what is done. */
  public String id() {
    String settings = StudyJson.write(this);
    return "%s/%s/%d-%08x".formatted(suite.name(), suite.label(), fork, settings.hashCode());
  }

  /** For people. */
  public String label() {
    return "%s: %s (run %d)".formatted(suite.name(), suite.label(), fork + 1);
  }
}
