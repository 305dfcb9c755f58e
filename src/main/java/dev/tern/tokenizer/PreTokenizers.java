package dev.tern.tokenizer;

import dev.tern.tokenizer.subword.Bpe.WholeWords;
import dev.tern.tokenizer.text.PreTokenizer;
import dev.tern.tokenizer.text.WordPatterns;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the names in {@code tokenizer.ggml.pre} stand for. The names are those that llama.cpp's converter writes
 * (src/llama-vocab.cpp), the patterns those of the published tokenizers.
 */
final class PreTokenizers {
  private static final Map<String, Preset> PRESETS = presets();

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
  record Preset(Supplier<PreTokenizer> words, Set<Trait> traits) {
    boolean is(Trait trait) {
      return traits.contains(trait);
    }

    WholeWords wholeWords() {
      return is(Trait.WHOLE_WORDS)
          ? WholeWords.ALWAYS
          : is(Trait.WHOLE_LINE_ENDS) ? WholeWords.LINE_ENDS : WholeWords.NEVER;
    }
  }

  private static Preset preset(Supplier<PreTokenizer> words, Trait... traits) {
    return new Preset(words, Set.of(traits));
  }

  /** The preset of this name. */
  static Optional<Preset> find(String name) {
    return Optional.ofNullable(PRESETS.get(name));
  }

  private static Map<String, Preset> presets() {
    Map<String, Preset> presets = new HashMap<>();
    gpt2Like(presets);
    wordsAndNumbers(presets);
    casedWords(presets);
    others(presets);
    return presets;
  }

  private static void put(Map<String, Preset> presets, Preset preset, String... names) {
    for (String name : names) {
      presets.put(name, preset);
    }
  }

  private static void gpt2Like(Map<String, Preset> presets) {
    put(presets, preset(WordPatterns::byDefault), "default");
    put(presets, preset(WordPatterns::falcon), "falcon");
    put(
        presets,
        preset(WordPatterns::gpt2),
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
        "roberta-bpe");
    put(
        presets,
        preset(WordPatterns::starcoder),
        "starcoder",
        "refact",
        "command-r",
        "smollm",
        "codeshell",
        "exaone",
        "minerva-7b",
        "mellum2");
    put(presets, preset(WordPatterns::chameleon, Trait.BEGINNING), "chameleon");
  }

  private static void wordsAndNumbers(Map<String, Preset> presets) {
    put(
        presets,
        preset(WordPatterns::llama3, Trait.WHOLE_WORDS, Trait.BEGINNING),
        "llama3",
        "llama-v3",
        "llama-bpe",
        "falcon3",
        "falcon-h1",
        "pixtral",
        "midm-2.0",
        "lfm2",
        "jina-v5-nano");
    put(presets, preset(WordPatterns::llama3), "dbrx", "smaug-bpe", "chatglm-bpe", "glm4");
    put(presets, preset(WordPatterns::qwen2, Trait.COMPOSE), "qwen2");
    put(
        presets,
        preset(WordPatterns::qwen2),
        "stablelm2",
        "hunyuan",
        "solar-open",
        "megrez",
        "deepseek-r1-qwen",
        "kormo",
        "f2llmv2",
        "grok-2");
    put(presets, preset(WordPatterns::qwen35, Trait.COMPOSE), "qwen35");
    put(presets, preset(WordPatterns::minicpm5, Trait.WHOLE_WORDS), "minicpm5");
    put(presets, preset(WordPatterns::laguna), "laguna");
    put(presets, preset(WordPatterns::ufakzeka), "ufakzeka");
    put(presets, preset(WordPatterns::seedCoder), "seed-coder");
    put(presets, preset(WordPatterns::bailing), "bailingmoe", "bailingmoe2", "llada-moe");
    put(presets, preset(WordPatterns::jais2), "jais-2");
    put(presets, preset(WordPatterns::exaoneMoe), "exaone-moe");
  }

  private static void casedWords(Map<String, Preset> presets) {
    put(presets, preset(WordPatterns::gpt4o), "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2");
    put(presets, preset(WordPatterns::gpt4o, Trait.WHOLE_WORDS), "granite-embed-multi-97m");
    put(presets, preset(WordPatterns::tekken, Trait.WHOLE_WORDS, Trait.BEGINNING), "tekken");
    put(presets, preset(WordPatterns::tinyAya), "tiny_aya", "cohere2moe");
    put(presets, preset(WordPatterns::youtu, Trait.WHOLE_WORDS), "youtu");
    put(presets, preset(WordPatterns::kimiK2), "kimi-k2");
  }

  private static void others(Map<String, Preset> presets) {
    put(presets, preset(WordPatterns::deepseekLlm), "deepseek-llm");
    put(presets, preset(WordPatterns::deepseekCoder), "deepseek-coder");
    put(presets, preset(WordPatterns::deepseek3), "deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4");
    put(presets, preset(WordPatterns::spark25), "spark2_5");
    put(presets, preset(WordPatterns::afmoe), "afmoe");
    put(presets, preset(WordPatterns::bloom), "bloom", "poro-chat", "gpt3-finnish");
    put(presets, preset(WordPatterns::viking), "viking");
    put(presets, preset(WordPatterns::superBpe), "superbpe");
    put(presets, preset(WordPatterns::whitespace, Trait.CHARACTERS), "whitespace");
    put(presets, preset(WordPatterns::lines, Trait.CHARACTERS, Trait.SPACE_MARKS), "sarvam-moe");
    put(
        presets,
        preset(WordPatterns::lines, Trait.CHARACTERS, Trait.SPACE_MARKS, Trait.WHOLE_LINE_ENDS, Trait.BEGINNING),
        "gemma4",
        "granite-embed-multi-311m");
  }
}
