package dev.tern.tokenizer;

import dev.tern.tokenizer.text.BertNormalizer;
import dev.tern.tokenizer.text.ByteLevelText;
import dev.tern.tokenizer.text.CharacterMap;
import dev.tern.tokenizer.text.Normalizer;
import dev.tern.tokenizer.text.Normalizers;
import dev.tern.tokenizer.text.SentencePieceNormalizer;
import dev.tern.tokenizer.text.WordPatterns;
import java.text.Normalizer.Form;
import java.util.Base64;

/** Builds the {@code normalizer} of a {@code tokenizer.json}. */
final class JsonNormalizers {
  private JsonNormalizers() {}

  static Normalizer read(JsonPart part) {
    String type = part.type();
    return switch (type) {
      case "" -> Normalizer.NONE;
      case "Sequence" ->
          part.get("normalizers").elements().stream()
              .map(JsonNormalizers::read)
              .reduce(Normalizer.NONE, Normalizer::then);
      case "NFC", "NFD", "NFKC", "NFKD" -> Normalizers.form(Form.valueOf(type));
      case "Lowercase" -> Normalizers.lowercase();
      case "StripAccents" -> Normalizers.stripMarks();
      case "Strip" -> Normalizers.strip(part.flag("strip_left", true), part.flag("strip_right", true));
      case "Prepend" -> Normalizers.prepend(part.text("prepend"));
      case "Replace" -> replace(part);
      case "BertNormalizer" -> bert(part);
      case "Precompiled" -> precompiled(part);
      case "ByteLevel" -> ByteLevelText.NORMALIZER;
      default -> throw part.unsupported("a normalizer of type " + type);
    };
  }

  private static Normalizer replace(JsonPart part) {
    JsonPart pattern = part.get("pattern");
    String content = part.text("content");
    return pattern.get("String").isAbsent()
        ? Normalizers.replace(WordPatterns.finder(part.source(), pattern.text("Regex")), content)
        : Normalizers.replace(pattern.text("String"), content);
  }

  private static Normalizer bert(JsonPart part) {
    boolean lowercase = part.flag("lowercase", true);
    return new BertNormalizer(
        part.flag("clean_text", true),
        part.flag("handle_chinese_chars", true),
        part.flag("strip_accents", lowercase),
        lowercase);
  }

  private static Normalizer precompiled(JsonPart part) {
    JsonPart map = part.get("precompiled_charsmap");
    if (map.isAbsent()) {
      return Normalizer.NONE;
    }
    try {
      byte[] blob = Base64.getDecoder().decode(map.text());
      return SentencePieceNormalizer.table(CharacterMap.of(part.source(), blob));
    } catch (IllegalArgumentException e) {
      throw map.wrong("base 64");
    }
  }
}
