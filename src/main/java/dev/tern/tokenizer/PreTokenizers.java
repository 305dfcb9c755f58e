package dev.tern.tokenizer;

import dev.tern.tokenizer.subword.Bpe.WholeWords;
import dev.tern.tokenizer.text.PreTokenizer;
import dev.tern.tokenizer.text.WordPatterns;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the names in {@code tokenizer.ggml.pre} stand for. The names are those that llama.cpp's converter writes
 * (src/llama-vocab.cpp), the patterns those of the published tokenizers.
 */
final class PreTokenizers {
  private PreTokenizers() {}

  /** What else differs between byte pair encodings. */
  enum Trait {
    /** A prompt begins with a token of its own unless the file says otherwise. */
    BEGINNING,
    /** Words that are tokens are taken as they are, whatever the merges say. */
    WHOLE_WORDS,
    /** The same for words of line ends alone. */
    WHOLE_LINE_ENDS,
    /** Names of tokens are in UTF-8, not a character per byte as GPT-2's. */
    CHARACTERS,
    /** Spaces are written as U+2581. */
    SPACE_MARKS,
    /** Texts are normalized to NFC. */
    COMPOSE
  }

  /**
   * How a family of byte pair encodings goes about a text.
   *
   * @param words how it is cut into words
   * @param traits what else is particular to it
   */
  record Preset(PreTokenizer words, Set<Trait> traits) {
    boolean is(Trait trait) {
      return traits.contains(trait);
    }

    WholeWords wholeWords() {
      return is(Trait.WHOLE_WORDS)
          ? WholeWords.ALWAYS
          : is(Trait.WHOLE_LINE_ENDS) ? WholeWords.LINE_ENDS : WholeWords.NEVER;
    }
  }

  private static Preset preset(PreTokenizer words, Trait... traits) {
    return new Preset(words, Set.of(traits));
  }

  /** One name for each way, the one that most published files have; other GGUF runtimes know them. */
  static List<String> usual() {
    return List.of(
        "gpt-2",
        "llama-bpe",
        "qwen2",
        "qwen35",
        "starcoder",
        "smaug-bpe",
        "stablelm2",
        "deepseek-v3",
        "deepseek-llm",
        "deepseek-coder",
        "gpt-4o",
        "tekken",
        "falcon",
        "bloom",
        "viking",
        "seed-coder",
        "bailingmoe",
        "jais-2",
        "exaone-moe",
        "superbpe",
        "chameleon",
        "kimi-k2",
        "youtu",
        "tiny_aya",
        "afmoe",
        "granite-embed-multi-97m",
        "default");
  }

  /** The preset of this name. */
  static Optional<Preset> find(String name) {
    Preset preset = gpt2Like(name);
    preset = preset == null ? wordsAndNumbers(name) : preset;
    preset = preset == null ? casedWords(name) : preset;
    return Optional.ofNullable(preset == null ? others(name) : preset);
  }

  private static Preset gpt2Like(String name) {
    return switch (name) {
      case "default" -> preset(WordPatterns.byDefault());
      case "falcon" -> preset(WordPatterns.falcon());
      case "gpt-2",
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
          "roberta-bpe" ->
          preset(WordPatterns.gpt2());
      case "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2" ->
          preset(WordPatterns.starcoder());
      case "chameleon" -> preset(WordPatterns.chameleon(), Trait.BEGINNING);
      default -> null;
    };
  }

  private static Preset wordsAndNumbers(String name) {
    return switch (name) {
      case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano" ->
          preset(WordPatterns.llama3(), Trait.WHOLE_WORDS, Trait.BEGINNING);
      case "dbrx", "smaug-bpe", "chatglm-bpe", "glm4" -> preset(WordPatterns.llama3());
      case "qwen2" -> preset(WordPatterns.qwen2(), Trait.COMPOSE);
      case "stablelm2", "hunyuan", "solar-open", "megrez", "deepseek-r1-qwen", "kormo", "f2llmv2", "grok-2" ->
          preset(WordPatterns.qwen2());
      case "qwen35" -> preset(WordPatterns.qwen35(), Trait.COMPOSE);
      case "minicpm5" -> preset(WordPatterns.minicpm5(), Trait.WHOLE_WORDS);
      case "laguna" -> preset(WordPatterns.laguna());
      case "ufakzeka" -> preset(WordPatterns.ufakzeka());
      case "seed-coder" -> preset(WordPatterns.seedCoder());
      case "bailingmoe", "bailingmoe2", "llada-moe" -> preset(WordPatterns.bailing());
      case "jais-2" -> preset(WordPatterns.jais2());
      case "exaone-moe" -> preset(WordPatterns.exaoneMoe());
      default -> null;
    };
  }

  private static Preset casedWords(String name) {
    return switch (name) {
      case "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2" -> preset(WordPatterns.gpt4o());
      case "granite-embed-multi-97m" -> preset(WordPatterns.gpt4o(), Trait.WHOLE_WORDS);
      case "tekken" -> preset(WordPatterns.tekken(), Trait.WHOLE_WORDS, Trait.BEGINNING);
      case "tiny_aya", "cohere2moe" -> preset(WordPatterns.tinyAya());
      case "youtu" -> preset(WordPatterns.youtu(), Trait.WHOLE_WORDS);
      case "kimi-k2" -> preset(WordPatterns.kimiK2());
      default -> null;
    };
  }

  private static Preset others(String name) {
    return switch (name) {
      case "deepseek-llm" -> preset(WordPatterns.deepseekLlm());
      case "deepseek-coder" -> preset(WordPatterns.deepseekCoder());
      case "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4" -> preset(WordPatterns.deepseek3());
      case "spark2_5" -> preset(WordPatterns.spark25());
      case "afmoe" -> preset(WordPatterns.afmoe());
      case "bloom", "poro-chat", "gpt3-finnish" -> preset(WordPatterns.bloom());
      case "viking" -> preset(WordPatterns.viking());
      case "superbpe" -> preset(WordPatterns.superBpe());
      case "whitespace" -> preset(WordPatterns.whitespace(), Trait.CHARACTERS);
      case "sarvam-moe" -> preset(WordPatterns.lines(), Trait.CHARACTERS, Trait.SPACE_MARKS);
      case "gemma4", "granite-embed-multi-311m" ->
          preset(WordPatterns.lines(), Trait.CHARACTERS, Trait.SPACE_MARKS, Trait.WHOLE_LINE_ENDS, Trait.BEGINNING);
      default -> null;
    };
  }
}
