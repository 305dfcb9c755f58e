package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The tokenizer of a checkpoint is the same from its GGUF form and from its Hugging Face form. */
class GoldenTokenizersTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "   ",
          "\n\n \t\n",
          "Hello, world!",
          "The quick brown fox jumps over the lazy dog.",
          "public static void main(String[] args) { int sum = 0123456789; }\n",
          " leading and trailing ",
          "a naïve café, 你好 世界",
          "emoji 👩‍👩‍👧‍👦 and 🇩🇪, e\u0301",
          "<|im_start|>user\nHi<|im_end|>",
          "it's we'Ve 12345 ½ ١٢٣ ①",
          "\u00a0\u2003\u3000nbsp\ufeff\u0000\u0001",
          "tabs\t\tand    spaces");

  @TestFactory
  Stream<DynamicTest> bothFormsGiveTheSameIds() throws IOException {
    try (Stream<Path> folders = Files.list(Shared.resource("golden/checkpoints"))) {
      List<Path> both =
          folders
              .filter(f -> Files.exists(f.resolve("model.gguf")) && Files.exists(f.resolve("tokenizer.json")))
              .sorted()
              .toList();
      assertFalse(both.isEmpty());
      return both.stream().map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> compare(f)));
    }
  }

  private static void compare(Path folder) {
    Tokenizer gguf = PublishedVectorsTest.load(folder.resolve("model.gguf"));
    Tokenizer json = Tokenizers.fromDirectory(folder);
    assertEquals(gguf.size(), json.size());
    assertEquals(gguf.bos(), json.bos());
    assertEquals(gguf.eos(), json.eos());
    assertArrayEquals(gguf.endOfGeneration(), json.endOfGeneration());
    same(gguf, json);
    for (String text : TEXTS) {
      assertArrayEquals(gguf.encodePrompt(text), json.encodePrompt(text), text);
    }
  }

  private static void same(Tokenizer one, Tokenizer other) {
    for (String text : TEXTS) {
      for (Special special : Special.values()) {
        int[] ids = one.encode(text, special);
        assertArrayEquals(ids, other.encode(text, special), text);
        assertEquals(one.decode(ids), other.decode(ids));
        assertEquals(one.pieces(text, special), other.pieces(text, special));
      }
    }
  }

  @Test
  void sentencePieceModelAgreesWithGguf() {
    Path folder = Shared.resource("golden/checkpoints/gemma2");
    Tokenizer gguf = PublishedVectorsTest.load(folder.resolve("model.gguf"));
    Tokenizer model = Tokenizers.fromDirectory(folder);
    // The GGUF file says that no space is put before a text, the class named beside the model puts one.
    for (String text : TEXTS) {
      if (!text.isEmpty() && !text.startsWith("<|")) {
        assertArrayEquals(gguf.encode(" " + text, Special.TEXT), model.encode(text, Special.TEXT), text);
        assertEquals(text, model.decode(model.encode(text, Special.TEXT)));
      }
    }
    assertEquals(OptionalInt.of(1), model.bos());
    assertEquals(1, model.encodePrompt("Hi")[0]);
  }

  @Test
  void wordListAgreesWithJson() throws IOException {
    Path folder = Shared.resource("golden/checkpoints/bert");
    Tokenizer json = Tokenizers.fromDirectory(folder);
    Path copy = Files.createTempDirectory("words");
    for (String name : List.of("vocab.txt", "tokenizer_config.json", "config.json")) {
      Files.copy(folder.resolve(name), copy.resolve(name));
    }
    Tokenizer words = Tokenizers.fromDirectory(copy);
    same(json, words);
    for (String text : TEXTS) {
      int[] prompt = words.encodePrompt(text);
      assertArrayEquals(json.encodePrompt(text), prompt);
      assertEquals("[CLS]", words.piece(prompt[0]));
      assertEquals("[SEP]", words.piece(prompt[prompt.length - 1]));
    }
  }

  @Test
  void theJavaModelHasOneTokenizerInBothForms() {
    Path folder = Shared.path("models/java-6m");
    Tokenizer gguf = PublishedVectorsTest.load(folder.resolve("java-6m-q8_0.gguf"));
    Tokenizer json = Tokenizers.fromDirectory(folder);
    same(gguf, json);
    assertTrue(gguf.isEndOfGeneration(0));
    assertEquals(4096, gguf.size());
  }
}
