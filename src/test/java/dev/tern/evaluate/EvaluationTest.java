package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.architecture.BuildOptions;
import dev.tern.engine.LoadedModel;
import dev.tern.error.TernException;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Perplexity, divergence and choices on the shipped model. */
class EvaluationTest {
  private static final Path FILE = Path.of("models/java-6m-q8_0.gguf");
  private static final Windows WINDOWS = Windows.disjoint(96);

  private static EvaluatedModel exact;
  private static int[] ids;

  @BeforeAll
  static void load() throws IOException {
    exact = load(BuildOptions.DEFAULT, ActivationPrecision.F32);
    String source = Files.readString(Path.of("src/main/java/dev/tern/evaluate/Windows.java"));
    ids = Arrays.copyOf(exact.tokenizer().encodePrompt(source), 200);
  }

  @AfterAll
  static void close() {
    exact.close();
  }

  private static EvaluatedModel load(BuildOptions build, ActivationPrecision precision) {
    return EvaluatedModel.load(FILE, new LoadedModel.Options(2, 0, precision, build), new StateOptions(KvType.F32));
  }

  @Test
  void perplexityIsThatOfTheLogits() {
    Perplexity result = Perplexity.of(exact.engine(), exact.states(), ids, WINDOWS);
    assertEquals(95 + 95 + 7, result.nats().length);
    try (Scorer scorer = new Scorer(exact.engine(), exact.states())) {
      assertEquals(-scorer.next(ids, 0, 1)[0][ids[1]], result.nats()[0], 1e-6);
    }
    assertTrue(result.value() > 2 && result.value() < 200, () -> "perplexity " + result.value());
  }

  @Test
  void aModelDoesNotDivergeFromItself() {
    Divergence same = Divergence.of(exact.side(), exact.side(), ids, WINDOWS);
    assertEquals(0, Statistics.mean(same.divergence()), 1e-9);
    assertEquals(1, Statistics.mean(same.agreement()));
    assertEquals(0, same.differenceQuantile(0.99));
  }

  @Test
  void aWindowDivergesMoreTheShorterItIs() {
    double before = 0;
    for (int size : new int[] {64, 16, 4}) {
      try (EvaluatedModel windowed =
          load(new BuildOptions(new AttentionPolicy.Window(size, 0), 0), ActivationPrecision.F32)) {
        double divergence = Statistics.mean(Divergence.of(windowed.side(), exact.side(), ids, WINDOWS).divergence());
        assertTrue(divergence > before, "window %d: %g after %g".formatted(size, divergence, before));
        before = divergence;
      }
    }
  }

  @Test
  void fewerBlocksDivergeMore() {
    double before = -1;
    for (String policy : new String[] {"blocks:32,top:9", "blocks:32,top:2", "blocks:32,top:1,index:bounds"}) {
      BuildOptions build = new BuildOptions(AttentionPolicy.parse(policy), 0);
      try (EvaluatedModel sparse = load(build, ActivationPrecision.F32)) {
        Windows windows = Windows.disjoint(180);
        double divergence = Statistics.mean(Divergence.of(sparse.side(), exact.side(), ids, windows).divergence());
        assertTrue(divergence > before, "%s: %g after %g".formatted(policy, divergence, before));
        assertTrue(before >= 0 || divergence < 1e-9, policy);
        before = divergence;
      }
    }
  }

  @Test
  void theLikelierChoiceWins(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("task.jsonl");
    Files.writeString(
        file,
        """
        {"prompt": "public static", "choices": [" final", " zebra"], "answer": 0}

        {"prompt": "import java.util", "choices": [" while", ".List;"], "answer": 1}
        """);
    ChoiceTask.Score score = ChoiceTask.read(file).score(exact);
    assertEquals(2, score.questions());
    assertEquals(1, score.accuracy());
    assertEquals(0, score.accuracyError());
  }

  @Test
  void aBadQuestionIsNamedByItsLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("task.jsonl");
    Files.writeString(file, "\n{\"prompt\": \"a\", \"choices\": [\"b\"], \"answer\": 0}\n");
    TernException e = assertThrows(TernException.class, () -> ChoiceTask.read(file));
    assertTrue(e.getMessage().contains("task.jsonl:2"), e.getMessage());
  }
}
