package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tern.Shared;
import dev.tern.checkpoint.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The vocabularies of published models, with texts and the ids that their own tokenizers give. */
class PublishedVectorsTest {
  private static final String SEPARATOR = "\n__ggml_vocab_test__\n";

  static Tokenizer load(Path file) {
    try (GgufFile gguf = GgufFile.open(file)) {
      return Tokenizers.from(gguf.metadata());
    }
  }

  @TestFactory
  Stream<DynamicTest> allVectorsMatch() throws IOException {
    Path folder = Shared.path("external/tokenizers");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> vocabularies = files.filter(f -> f.toString().endsWith(".gguf")).sorted().toList();
      assertFalse(vocabularies.isEmpty());
      return vocabularies.stream().map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)));
    }
  }

  private static void check(Path file) throws IOException {
    Tokenizer tokenizer = load(file);
    List<String> texts = List.of(Files.readString(Path.of(file + ".inp")).split(SEPARATOR, -1));
    List<String> lines = Files.readAllLines(Path.of(file + ".out"));
    // The text after the last separator is the end of the file.
    assertEquals(lines.size(), texts.size() - 1);
    for (int i = 0; i < lines.size(); i++) {
      int[] expected =
          Arrays.stream(lines.get(i).split(" ")).filter(s -> !s.isEmpty()).mapToInt(Integer::parseInt).toArray();
      assertArrayEquals(
          expected, tokenizer.encode(texts.get(i), Special.TEXT), "text %d: %s".formatted(i, texts.get(i)));
    }
  }

  @Test
  void decodingGivesTheTextBack() throws IOException {
    for (String name : List.of("gpt-2", "llama-spm", "deepseek-coder", "falcon", "mpt", "starcoder")) {
      Path file = Shared.path("external/tokenizers").resolve("ggml-vocab-%s.gguf".formatted(name));
      Tokenizer tokenizer = load(file);
      for (String text : Files.readString(Path.of(file + ".inp")).split(SEPARATOR, -1)) {
        assertEquals(text, tokenizer.decode(tokenizer.encode(text, Special.TEXT)), name);
      }
    }
  }
}
