package dev.tern.study.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies with jobs that only pretend to measure. */
class StudyRunTest {
  private static final Study STUDY =
      StudyFile.parse("forks: 1\nmixers:\n  - {kinds: [a, b, c], prefill: [8]}\n", "test");
  private static final Fingerprint MACHINE =
      new Fingerprint("cpu", 2, 1, "os", "java", "tern", 256, false, "2026-01-01T00:00:00Z");

  @TempDir private Path directory;
  private final List<String> started = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  private final StudyRun.Listener listener =
      new StudyRun.Listener() {
        @Override
        public void starts(Job job, int number, int jobs, double remaining) {
          started.add(job.suite().label());
          assertTrue(remaining > 0);
        }

        @Override
        public void failed(Job job, String why) {
          failed.add(why);
        }
      };

  /** Measures one point per job; fails for one kind. */
  private static JobRunner runner(String failing) {
    return new JobRunner() {
      @Override
      public void run(Job job, Consumer<Measurement> out) {
        String kind = job.suite().label();
        out.accept(
            new Measurement(
                job.id(), "mixers", "g", kind, "prefill", 0, Map.of("context", 8.0), new double[] {1, 2}, Map.of()));
        if (kind.equals(failing)) {
          throw new TernException(kind + " fails");
        }
      }

      @Override
      public void stop() {}
    };
  }

  private StudyRun run(String failing) {
    return new StudyRun(STUDY, ResultStore.open(directory, MACHINE), runner(failing), listener);
  }

  @Test
  void whatIsDoneIsNotDoneAgain() {
    int[] asked = new int[1];
    StudyRun first = run("");
    assertFalse(first.run(() -> asked[0]++ < 2));
    assertEquals(List.of("a", "b"), started);
    assertEquals(1, first.left());
    StudyRun second = run("");
    assertEquals(1, second.left());
    assertTrue(second.run(() -> true));
    assertEquals(List.of("a", "b", "c"), started);
    assertEquals(3, ResultStore.open(directory, MACHINE).measurements().size());
  }

  @Test
  void aJobThatFailsIsToldOfAndTriedAgainNextTime() {
    StudyRun first = run("b");
    assertTrue(first.run(() -> true));
    assertEquals(List.of("b fails"), failed);
    assertEquals(failed, first.failures());
    assertEquals(1, first.left());
    assertTrue(run("").run(() -> true));
    assertEquals(List.of("a", "b", "c", "b"), started);
    assertEquals(
        3, ResultStore.open(directory, MACHINE).measurements().size(), "the point of the failed job is replaced");
  }

  @Test
  void aLineThatWasCutOffIsLeftOut() throws IOException {
    run("").run(() -> true);
    Files.writeString(directory.resolve("results.jsonl"), "{\"measurement\":{\"jo", StandardOpenOption.APPEND);
    assertEquals(3, ResultStore.open(directory, MACHINE).measurements().size());
  }

  @Test
  void resultsOfAnotherMachineAreNotMixed() {
    run("").run(() -> true);
    Fingerprint other = new Fingerprint("other", 2, 1, "os", "java", "tern", 256, false, "2026-01-01T00:00:00Z");
    TernException refusal = assertThrows(TernException.class, () -> ResultStore.open(directory, other));
    assertTrue(
        refusal.getMessage().contains("another machine or version (cpu, java; tern tern)"), refusal.getMessage());
  }

  @Test
  void theTableHasAColumnForEverything() {
    StudyRun run = run("");
    run.run(() -> true);
    List<String> lines = ResultTable.csv(ResultStore.open(directory, MACHINE).measurements()).lines().toList();
    assertEquals("suite,group,series,phase,fork,context,iterations,median_s,least_s,deviation_s", lines.getFirst());
    assertEquals("\"mixers\",\"g\",\"a\",\"prefill\",0,8,2,1.5,1,0.7071067811865476", lines.get(1));
  }
}
