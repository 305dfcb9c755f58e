package dev.tern.tokenizer;

import dev.tern.tokenizer.text.BertWords;
import dev.tern.tokenizer.text.ByteLevelText;
import dev.tern.tokenizer.text.CharacterClass;
import dev.tern.tokenizer.text.CharacterFinder;
import dev.tern.tokenizer.text.MatchFinder;
import dev.tern.tokenizer.text.Metaspace;
import dev.tern.tokenizer.text.PreTokenizer;
import dev.tern.tokenizer.text.RegexFinder;
import dev.tern.tokenizer.text.Split;
import dev.tern.tokenizer.text.Split.Delimiters;
import dev.tern.tokenizer.text.WordPatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Builds the {@code pre_tokenizer} of a {@code tokenizer.json}. */
final class JsonPreTokenizers {
  private JsonPreTokenizers() {}

  /**
   * A pre-tokenizer and what the model then sees.
   *
   * @param words how a text is cut
   * @param bytes whether the model is to see the bytes of the words; the last step that writes them as characters is
   *     left out then
   */
  record Plan(PreTokenizer words, boolean bytes) {}

  /** {@code forBytes} says whether the model can be given bytes. */
  static Plan read(JsonPart part, boolean forBytes) {
    List<JsonPart> steps = new ArrayList<>();
    flatten(part, steps);
    boolean bytes = forBytes && !steps.isEmpty() && steps.getLast().type().equals("ByteLevel");
    List<PreTokenizer> built = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      JsonPart step = steps.get(i);
      if (step.type().equals("ByteLevel")) {
        byteLevel(step, built);
        if (!(bytes && i == steps.size() - 1)) {
          built.add(ByteLevelText.PRE_TOKENIZER);
        }
      } else {
        built.add(build(step));
      }
    }
    return new Plan(PreTokenizer.all(built), bytes);
  }

  private static void flatten(JsonPart part, List<JsonPart> steps) {
    if (part.type().equals("Sequence")) {
      part.get("pretokenizers").elements().forEach(step -> flatten(step, steps));
    } else if (!part.isAbsent()) {
      steps.add(part);
    }
  }

  private static void byteLevel(JsonPart part, List<PreTokenizer> steps) {
    if (part.flag("add_prefix_space", true)) {
      steps.add(new Metaspace(" ", Metaspace.Prepend.ALWAYS, false));
    }
    if (part.flag("use_regex", true)) {
      steps.add(WordPatterns.gpt2());
    }
  }

  private static PreTokenizer build(JsonPart part) {
    String type = part.type();
    return switch (type) {
      case "Split" -> new Split(pattern(part), delimiters(part), part.flag("invert", false));
      case "Digits" ->
          new Split(
              new CharacterFinder(CharacterClass::isNumber),
              part.flag("individual_digits", false) ? Delimiters.ISOLATED : Delimiters.CONTIGUOUS,
              false);
      case "Punctuation" -> new Split(new CharacterFinder(CharacterClass::isBertPunctuation), delimiters(part), false);
      case "Whitespace" -> new Split(RegexFinder.trusted("\\w+|[^\\w\\s]+"), Delimiters.REMOVED, true);
      case "WhitespaceSplit" -> WordPatterns.whitespace();
      case "CharDelimiterSplit" -> {
        int delimiter = part.text("delimiter").codePointAt(0);
        yield new Split(new CharacterFinder(c -> c == delimiter), Delimiters.REMOVED, false);
      }
      case "BertPreTokenizer" -> BertWords.INSTANCE;
      case "Metaspace" -> metaspace(part);
      default -> throw part.unsupported("a pre-tokenizer of type " + type);
    };
  }

  private static MatchFinder pattern(JsonPart part) {
    JsonPart pattern = part.get("pattern");
    if (pattern.get("String").isAbsent()) {
      return WordPatterns.finder(part.source(), pattern.text("Regex"));
    }
    return RegexFinder.literal(pattern.text("String"));
  }

  private static Delimiters delimiters(JsonPart part) {
    String name = part.text("behavior", "Isolated");
    String constant = name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    for (Delimiters delimiters : Delimiters.values()) {
      if (delimiters.name().equals(constant)) {
        return delimiters;
      }
    }
    throw part.unsupported("the behavior " + name);
  }

  private static PreTokenizer metaspace(JsonPart part) {
    String mark = part.text("replacement", "\u2581");
    String scheme = part.text("prepend_scheme", part.flag("add_prefix_space", true) ? "always" : "never");
    Metaspace.Prepend prepend =
        switch (scheme) {
          case "always" -> Metaspace.Prepend.ALWAYS;
          case "first" -> Metaspace.Prepend.FIRST;
          case "never" -> Metaspace.Prepend.NEVER;
          default -> throw part.unsupported("the prepend_scheme " + scheme);
        };
    return new Metaspace(mark, prepend, part.flag("split", true));
  }
}
