package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tern.Shared;
import dev.tern.checkpoint.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** Texts and the ids expected for each. */
  record Vectors(List<String> texts, List<int[]> ids) {
    static Vectors of(String name) throws IOException {
      Path file = file(name);
      List<String> texts = List.of(Files.readString(Path.of(file + ".inp")).split(SEPARATOR, -1));
      List<int[]> ids = new ArrayList<>();
      for (String line : Files.readAllLines(Path.of(file + ".out"))) {
        ids.add(Arrays.stream(line.split(" ")).filter(s -> !s.isEmpty()).mapToInt(Integer::parseInt).toArray());
      }
      // What follows the last separator is the end of the file.
      assertEquals(ids.size(), texts.size() - 1);
      return new Vectors(texts.subList(0, ids.size()), ids);
    }
  }

  static Path file(String name) {
    return Shared.path("external/tokenizers").resolve("ggml-vocab-%s.gguf".formatted(name));
  }

  @TestFactory
  Stream<DynamicTest> allVectorsMatch() throws IOException {
    try (Stream<Path> files = Files.list(Shared.path("external/tokenizers"))) {
      List<String> names =
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".gguf"))
              .map(f -> f.substring("ggml-vocab-".length(), f.length() - ".gguf".length()))
              .sorted()
              .toList();
      assertFalse(names.isEmpty());
      return names.stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
    }
  }

  private static void check(String name) throws IOException {
    Tokenizer tokenizer = load(file(name));
    Vectors vectors = Vectors.of(name);
    for (int i = 0; i < vectors.ids().size(); i++) {
      String text = vectors.texts().get(i);
      assertArrayEquals(vectors.ids().get(i), tokenizer.encode(text, Special.TEXT), text);
    }
  }

  @Test
  void decodingGivesTheTextBack() throws IOException {
    for (String name : List.of("gpt-2", "llama-spm", "deepseek-coder", "falcon", "mpt", "starcoder")) {
      Tokenizer tokenizer = load(file(name));
      for (String text : Vectors.of(name).texts()) {
        assertEquals(text, tokenizer.decode(tokenizer.encode(text, Special.TEXT)), name);
      }
    }
  }
}
