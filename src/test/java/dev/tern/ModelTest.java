package dev.tern;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.CheckpointException;
import dev.tern.error.ContextOverflowException;
import dev.tern.error.TernException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The public API on the shipped model. */
class ModelTest {
  private static final Path FILE = Path.of("models/java-6m-q8_0.gguf");
  private static final String PROMPT = "public static";

  private static Model model;

  @BeforeAll
  static void load() {
    model = Model.load(FILE);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static GenerationOptions sampled(long seed) {
    return new GenerationOptions().maxTokens(40).temperature(0.8).topK(40).repetitionPenalty(1.1).seed(seed);
  }

  private static String generate(Model model, GenerationOptions options) {
    try (Session session = model.session()) {
      return session.generate(PROMPT, options).text();
    }
  }

  @Test
  void streamsWhatItReturnsAtOnce() {
    StringBuilder streamed = new StringBuilder();
    try (Session session = model.session()) {
      for (String part : session.generate(PROMPT, sampled(1))) {
        assertFalse(part.isEmpty());
        streamed.append(part);
      }
    }
    assertEquals(generate(model, sampled(1)), streamed.toString());
    assertTrue(streamed.length() > 20, streamed::toString);
  }

  @Test
  void theSameSeedGivesTheSameTextForAnyNumberOfThreads() {
    String text = generate(model, sampled(7));
    for (int threads : new int[] {1, 3}) {
      try (Model other = Model.load(FILE, ModelOptions.DEFAULT.withThreads(threads))) {
        assertEquals(text, generate(other, sampled(7)));
      }
    }
  }

  @Test
  void sessionsOfSeveralThreadsDoNotDisturbEachOther() throws Exception {
    List<String> alone = IntStream.range(0, 4).mapToObj(seed -> generate(model, sampled(seed))).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<String>> tasks =
          IntStream.range(0, 4).<Callable<String>>mapToObj(seed -> () -> generate(model, sampled(seed))).toList();
      List<Future<String>> together = threads.invokeAll(tasks);
      for (int i = 0; i < 4; i++) {
        assertEquals(alone.get(i), together.get(i).get());
      }
    }
  }

  @Test
  void aSessionGoesOnWhereItStopped() {
    GenerationOptions greedy = new GenerationOptions().maxTokens(12).pastEnd(true);
    try (Session whole = model.session();
        Session parts = model.session()) {
      int[] expected = tokensOf(whole.generate(PROMPT, new GenerationOptions().maxTokens(13).pastEnd(true)));
      int[] first = tokensOf(parts.generate(PROMPT, greedy));
      float[] logits = parts.logits();
      int next = IntStream.range(0, logits.length).reduce(0, (a, b) -> logits[b] > logits[a] ? b : a);
      assertArrayEquals(expected, IntStream.concat(IntStream.of(first), IntStream.of(next)).toArray());
    }
  }

  private static int[] tokensOf(Generation generation) {
    generation.text();
    return generation.tokens();
  }

  @Test
  void logitsOfAllPositionsEqualThoseOfEach() {
    int[] ids = model.tokenizePrompt(PROMPT);
    try (Session all = model.session();
        Session each = model.session()) {
      float[][] together = all.allLogits(ids);
      for (int i = 0; i < ids.length; i++) {
        assertArrayEquals(together[i], each.logits(ids[i]));
      }
    }
  }

  @Test
  void aForkGoesItsOwnWay() {
    try (Session session = model.session()) {
      session.logits(model.tokenizePrompt(PROMPT));
      try (Session fork = session.fork()) {
        fork.logits(1, 2, 3);
        assertEquals(session.length() + 3, fork.length());
        fork.rewind(session.length());
        assertArrayEquals(session.logits(5), fork.logits(5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen35", "falcon-h1", "rwkv7", "gemma3", "llama"})
  void everyArchitectureCanBeRewound(String family) {
    int[] ids = IntStream.range(0, 40).map(i -> 3 + i * 37 % 300).toArray();
    GenerationOptions few = new GenerationOptions().maxTokens(24).pastEnd(true);
    Path path = Shared.resource("golden/checkpoints").resolve(family).resolve("model.gguf");
    try (Model small = Model.load(path);
        Session fresh = small.session();
        Session used = small.session()) {
      int[] expected = tokensOf(fresh.generate(ids, few));
      used.generate(Arrays.copyOf(ids, 10), few).text();
      used.generate(new int[] {5, 6, 7}, few).text();
      assertArrayEquals(expected, tokensOf(used.generateFrom(ids, few)));
      used.rewind(3);
      assertEquals(3, used.length());
      assertArrayEquals(Arrays.copyOf(ids, 3), used.tokens());
      assertArrayEquals(expected, tokensOf(used.generateFrom(ids, few)));
    }
  }

  @Test
  void stopsAtAStopString() {
    String text = generate(model, new GenerationOptions().maxTokens(30));
    String stop = text.substring(5, 8);
    try (Session session = model.session()) {
      Generation generation = session.generate(PROMPT, new GenerationOptions().maxTokens(30).stop(stop));
      assertEquals(text.substring(0, text.indexOf(stop)), generation.text());
      assertEquals(Generation.FinishReason.STOP, generation.finishReason());
    }
  }

  @Test
  void canBeCancelledAtAnyToken() {
    try (Session session = model.session()) {
      Generation generation = session.generate(PROMPT, sampled(1));
      generation.next();
      generation.cancel();
      assertEquals("", generation.text());
      assertEquals(Generation.FinishReason.CANCELLED, generation.finishReason());
    }
  }

  @Test
  void anOverflowingContextIsRefused() {
    try (Model small = Model.load(FILE, ModelOptions.DEFAULT.withContextLength(8));
        Session session = small.session()) {
      TernException e = assertThrows(ContextOverflowException.class, () -> session.logits(new int[9]));
      assertEquals("9 tokens do not fit: 0 of the context's 8 are in use", e.getMessage());
      session.logits(new int[8]);
      assertThrows(ContextOverflowException.class, () -> session.logits(1));
    }
  }

  @Test
  void useAfterCloseIsRefused() {
    Model closed = Model.load(FILE);
    Session session = closed.session();
    session.close();
    session.close();
    assertThrows(TernException.class, () -> session.logits(1));
    closed.close();
    closed.close();
    assertThrows(TernException.class, closed::session);
  }

  @Test
  void badInputIsNamed() {
    assertTrue(
        assertThrows(CheckpointException.class, () -> Model.load(Path.of("no-such.gguf")))
            .getMessage()
            .contains("no-such.gguf"));
    try (Session session = model.session()) {
      assertThrows(TernException.class, () -> session.logits(-1));
      assertThrows(TernException.class, () -> session.logits(1 << 30));
      assertThrows(TernException.class, () -> session.generate(new int[0], new GenerationOptions()));
      assertThrows(TernException.class, () -> session.generate("x", new GenerationOptions().topP(2)));
    }
  }
}
