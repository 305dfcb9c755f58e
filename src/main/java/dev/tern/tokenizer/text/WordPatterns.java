package dev.tern.tokenizer.text;

import java.util.ArrayList;
import java.util.List;

/**
 * The ways in which published byte-level tokenizers cut a text into words, as their {@code tokenizer.json} files say.
 * Every expression here takes linear time: what would not is written with possessive quantifiers or is a {@link
 * DigitGroups}.
 */
public final class WordPatterns {
  private static final String SPACES = "\\s+(?!\\S)|\\s+";
  private static final String LINES_AND_SPACES = "\\s*[\\r\\n]+|" + SPACES;
  private static final String PHRASE = "\\p{L}[\\p{L}\\p{M}]*+(?: \\p{L}[\\p{L}\\p{M}]*+)*+";
  private static final String LAST_SPACES = "(?<!\\s)\\s++\\z";
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String WORD = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String SYMBOLS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";

  private static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|" + SPACES;
  private static final String SYMBOLS_THEN_LETTERS =
      "[!-/:-@\\[-`{-~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+";
  private static final String DEEPSEEK3 = SYMBOLS_THEN_LETTERS + "[\\r\\n]*|" + LINES_AND_SPACES;
  private static final String CHINESE_AND_KANA = "[\\u4e00-\\u9fa5\\u3040-\\u30ff]+";
  private static final String EAST_ASIAN = "[\\u4e00-\\u9fa5\\u0800-\\u4e00\\uac00-\\ud7ff]+";
  private static final String BLOOM = " ?[^(\\s|.,!?\\u2026\\u3002\\uff0c\\u3001\\u0964\\u06d4\\u060c)]+";

  /** Letters that have case, of the scripts and Unicode versions that DeepSeek's first tokenizer knew. */
  private static final String CASED_LETTERS =
      "A-Za-z\\u00b5\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u01ba\\u01bc-\\u01bf\\u01c4-\\u0293"
          + "\\u0295-\\u02af\\u0370-\\u0373\\u0376\\u0377\\u037b-\\u037d\\u037f\\u0386\\u0388-\\u038a\\u038c"
          + "\\u038e-\\u03a1\\u03a3-\\u03f5\\u03f7-\\u0481\\u048a-\\u052f\\u0531-\\u0556\\u10a0-\\u10c5"
          + "\\u13a0-\\u13f5\\u13f8-\\u13fd\\u1c90-\\u1cba\\u1cbd-\\u1cbf\\u1d00-\\u1d2b\\u1d6b-\\u1d77"
          + "\\u1d79-\\u1d9a\\u1e00-\\u1f15\\u1f18-\\u1f1d\\u1f20-\\u1f45\\u1f48-\\u1f4d\\u1f50-\\u1f57"
          + "\\u1f59\\u1f5b\\u1f5d\\u1f5f-\\u1f7d\\u1f80-\\u1fb4\\u1fb6-\\u1fbc\\u1fbe\\u1fc2-\\u1fc4"
          + "\\u1fc6-\\u1fcc\\u1fd0-\\u1fd3\\u1fd6-\\u1fdb\\u1fe0-\\u1fec\\u1ff2-\\u1ff4\\u1ff6-\\u1ffc"
          + "\\u2102\\u2107\\u210a-\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2126\\u2128\\u212a-\\u212d"
          + "\\u212f-\\u2134\\u2139\\u213c-\\u213f\\u2145-\\u2149\\u214e\\u2183\\u2184\\u2c00-\\u2c7b"
          + "\\u2c7e-\\u2ce4\\u2ceb-\\u2cee\\u2cf2\\u2cf3\\ua640-\\ua66d\\ua680-\\ua69b\\ua722-\\ua76f"
          + "\\ua771-\\ua787\\ua78b-\\ua78e\\uab70-\\uabbf\\ufb00-\\ufb06\\ufb13-\\ufb17\\uff21-\\uff3a"
          + "\\uff41-\\uff5a\\x{10400}-\\x{1044f}\\x{104b0}-\\x{104d3}\\x{104d8}-\\x{104fb}"
          + "\\x{10c80}-\\x{10cb2}\\x{10cc0}-\\x{10cf2}\\x{118a0}-\\x{118df}\\x{1e900}-\\x{1e943}";

  private static final String SLOW_PHRASE = "(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+";

  private WordPatterns() {}

  /**
   * What finds the same as an expression of a {@code tokenizer.json}, which {@code source} names in messages: published
   * expressions that would take quadratic time or a deep recursion are replaced.
   */
  public static MatchFinder finder(String source, String regex) {
    return switch (regex) {
      case "\\d{1,3}(?=(?:\\d{3})*\\b)" -> new DigitGroups(false, true, false);
      case "(?=(\\d{3})+(?!\\d))" -> new DigitGroups(false, false, true);
      case "\\s+$" -> RegexFinder.trusted(LAST_SPACES);
      default -> RegexFinder.untrusted(source, regex.replace(SLOW_PHRASE, PHRASE));
    };
  }

  /** One after the other; a {@link MatchFinder} or an expression in Java's syntax each. */
  private static PreTokenizer each(Object... steps) {
    List<PreTokenizer> splits = new ArrayList<>();
    for (Object step : steps) {
      splits.add(Split.isolated(step instanceof MatchFinder f ? f : RegexFinder.trusted((String) step)));
    }
    return PreTokenizer.all(splits);
  }

  public static PreTokenizer gpt2() {
    return each(GPT2);
  }

  /** GPT-2's words, every digit by itself. */
  public static PreTokenizer starcoder() {
    return each("\\p{N}", GPT2);
  }

  /** What a GGUF file means that names no pre-tokenizer. */
  public static PreTokenizer byDefault() {
    return each("[\\p{P}$+<=>^~|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]");
  }

  public static PreTokenizer falcon() {
    return each("[\\p{P}$+<=>^~|`]+", GPT2, "[0-9][0-9][0-9]");
  }

  private static String words(String digits) {
    return CONTRACTIONS + "|" + WORD + "|" + digits + "|" + SYMBOLS + "|" + LINES_AND_SPACES;
  }

  public static PreTokenizer llama3() {
    return each(words("\\p{N}{1,3}"));
  }

  public static PreTokenizer qwen2() {
    return each(words("\\p{N}"));
  }

  public static PreTokenizer minicpm5() {
    return each("\\p{N}{1,3}", words("\\p{N}+"));
  }

  public static PreTokenizer laguna() {
    return each("[^\\n]+|\\n+", words("\\p{N}"));
  }

  /** Words take their combining marks with them. */
  public static PreTokenizer qwen35() {
    return each(
        CONTRACTIONS
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|"
            + LINES_AND_SPACES);
  }

  /** Without English contractions, for a Turkish model. */
  public static PreTokenizer ufakzeka() {
    return each(WORD + "|\\p{N}|" + SYMBOLS + "|" + LINES_AND_SPACES);
  }

  public static PreTokenizer seedCoder() {
    return each(CONTRACTIONS + "|" + WORD + "|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|" + LINES_AND_SPACES);
  }

  public static PreTokenizer bailing() {
    return each("'(?i:[sdmt]|ll|ve|re)|" + WORD + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|" + SPACES);
  }

  /** Spaces in powers of two. */
  public static PreTokenizer jais2() {
    StringBuilder spaces = new StringBuilder();
    for (int count = 512; count >= 4; count /= 2) {
      spaces.append("\\s{").append(count).append("}(?!\\S)|");
    }
    String lines = "\\s*[\\r\\n]+|" + spaces + "\\s{1,2}(?!\\S)|\\s";
    return each(CONTRACTIONS + "|" + WORD + "|\\p{N}{1,3}|" + SYMBOLS + "|" + lines);
  }

  /** Phrases of words with single spaces between them are one. */
  public static PreTokenizer exaoneMoe() {
    String phrase = "[^\\r\\n\\p{L}\\p{N}]?" + PHRASE;
    return each(CONTRACTIONS + "|" + phrase + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|" + SPACES);
  }

  /** Words end where small letters give way to capitals. */
  private static String cased(String exclude, String suffix) {
    String upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}" + exclude + "]";
    String lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}" + exclude + "]";
    String lead = "[^\\r\\n\\p{L}\\p{N}]?";
    return lead + upper + "*" + lower + "+" + suffix + "|" + lead + upper + "+" + lower + "*" + suffix;
  }

  private static String casedWords(String suffix, String digits) {
    return cased("", suffix) + "|" + digits + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + LINES_AND_SPACES;
  }

  public static PreTokenizer gpt4o() {
    return each(casedWords(CONTRACTIONS + "?", "\\p{N}{1,3}"));
  }

  public static PreTokenizer tekken() {
    return each(casedWords("", "\\p{N}"));
  }

  public static PreTokenizer tinyAya() {
    return each(new DigitGroups(false, true, false), casedWords(CONTRACTIONS + "?", "\\p{N}{1,3}"));
  }

  public static PreTokenizer youtu() {
    String blocks =
        "[\\uac00-\\ud7a3\\u3131-\\u318e]+"
            + "|[\\uff01\\u2026\\u201c\\u201d\\u2018\\u2019\\u2014\\uff1a\\uff1b\\uff0c\\u3001-\\u303f\\ufe30-\\ufe4f]+"
            + "|[\\u3105-\\u312f]+|"
            + CHINESE_AND_KANA;
    return each(blocks, casedWords(CONTRACTIONS + "?", "\\p{N}"));
  }

  public static PreTokenizer kimiK2() {
    return each(
        "\\p{IsHan}+|"
            + cased("&&[^\\p{IsHan}]", CONTRACTIONS + "?")
            + "|\\p{N}{1,3}|"
            + SYMBOLS
            + "|"
            + LINES_AND_SPACES);
  }

  public static PreTokenizer deepseekLlm() {
    return each(
        "[\\r\\n]",
        // The list is long: most of what is none of it is told by its category.
        "\\s?[\\p{L}&&[" + CASED_LETTERS + "]]+",
        "\\s?[!-/:-~\\uff01-\\uff0f\\uff1a-\\uff5e\\u2018-\\u201f\\u3000-\\u3002]+",
        LAST_SPACES,
        EAST_ASIAN,
        "\\p{N}+");
  }

  public static PreTokenizer deepseekCoder() {
    return each("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", EAST_ASIAN, "\\p{N}");
  }

  public static PreTokenizer deepseek3() {
    return each("\\p{N}{1,3}", CHINESE_AND_KANA, DEEPSEEK3);
  }

  public static PreTokenizer spark25() {
    return each("\\p{N}{1,3}", CHINESE_AND_KANA, SYMBOLS_THEN_LETTERS + "|[\\r\\n]|" + SPACES, "\\p{N}");
  }

  public static PreTokenizer afmoe() {
    String scripts =
        "[\\u4e00-\\u9fff\\u3400-\\u4dbf\\uf900-\\ufaff\\u3040-\\u30ff\\uff65-\\uff9f\\u2f00-\\u2fdf\\u0e40-\\u0e7f"
            + "\\u0e80-\\u0eff\\u1780-\\u17ff\\u1000-\\u109f\\uaa60-\\uaa7f\\ua9e0-\\ua9ff\\uac00-\\ud7af\\u1100-\\u11ff]+";
    return each(new DigitGroups(true, false, false), scripts, DEEPSEEK3);
  }

  public static PreTokenizer bloom() {
    return each(BLOOM);
  }

  public static PreTokenizer viking() {
    return each(BLOOM, "\\p{N}");
  }

  public static PreTokenizer chameleon() {
    return each(
        "<sentinel:[0-9]+>", "(?:IMGIMG)[A-I]{1,4}Z", "[\\t\\n]|    |  ", "\\p{N}", "[\\p{P}!-/:-@\\[-`{-~]", GPT2);
  }

  /** Numbers in groups of three; nothing else is cut, words may be joined over spaces. */
  public static PreTokenizer superBpe() {
    return each("\\p{N}+", new DigitGroups(false, false, true));
  }

  /** Only line ends are apart, as no token reaches over one. */
  public static PreTokenizer lines() {
    return each("[^\\n]+|\\n+");
  }

  public static PreTokenizer whitespace() {
    return new Split(RegexFinder.trusted("\\s+"), Split.Delimiters.REMOVED, false);
  }
}
