package dev.tern.study.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class StudyFileTest {
  private static final Path SHIPPED = Path.of("shipped.gguf");

  private static String refusal(String yaml) {
    return assertThrows(TernException.class, () -> StudyFile.parse(yaml, "my.yaml").jobs()).getMessage();
  }

  @Test
  void listsBecomeJobsOfTheirOwnAndEveryProcessComesBack() {
    Study study =
        StudyFile.parse(
            """
            forks: 2
            mixers:
              - kinds: [attention, mamba-2]
                prefill: [64, 32]
            models:
              - name: small
                weights: [q8_0, bf16]
            """,
            "my.yaml");
    List<String> labels = study.jobs().stream().map(Job::label).toList();
    assertEquals(
        List.of(
            "mixers: attention (run 1)",
            "mixers: mamba-2 (run 1)",
            "small: small q8_0 (run 1)",
            "small: small bf16 (run 1)"),
        labels.subList(0, 4));
    assertEquals(8, new HashSet<>(study.jobs().stream().map(Job::id).toList()).size());
    assertEquals(List.of(32, 64), study.mixers().getFirst().prefill());
  }

  @Test
  void jobsSurviveTheWayToTheirProcess() {
    for (Job job : StudyFile.read("default", false, () -> SHIPPED).jobs()) {
      Job read = StudyJson.read(StudyJson.write(job), Job.class, "test");
      assertEquals(job, read);
      assertEquals(job.id(), read.id());
    }
  }

  @Test
  void theLongFormReplacesWhatItNames() {
    Study plain = StudyFile.read("default", false, () -> SHIPPED);
    Study full = StudyFile.read("default", true, () -> SHIPPED);
    assertTrue(full.jobs().size() > 2 * plain.jobs().size());
    assertEquals(plain.experts(), full.experts());
    assertEquals("shipped.gguf", full.quality().getFirst().model());
    assertEquals(
        "my.yaml: expected a part 'full' that says what the long study measures",
        assertThrows(TernException.class, () -> StudyFile.parse("forks: 1", "my.yaml").inFull("my.yaml")).getMessage());
  }

  @Test
  void mistakesAreNamedWithTheirLine() {
    String unknown = refusal("forks: 1\nmixer: []\n");
    assertTrue(unknown.matches("my.yaml:\\d: unknown key 'mixer': expected one of adapters, experts, .*"), unknown);
    assertTrue(refusal("mixers:\n  - prefill: [0]").contains("prefill: expected numbers of at least 1, found 0"));
    assertTrue(refusal("mixers:\n  - shape: {width: 64, heads: 3, kvHeads: 2, headWidth: 8}").contains("kvHeads"));
    assertTrue(refusal("mixers: {").startsWith("my.yaml:1: "), refusal("mixers: {"));
    assertTrue(refusal("forks: 1").contains("to measure, found none"));
    assertTrue(refusal("forks: -1").contains("of 0 or more"));
  }
}
