package dev.tern.tokenizer;

import dev.tern.tokenizer.subword.Vocabulary;
import dev.tern.tokenizer.subword.WordPiece;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code decoder} of a {@code tokenizer.json}: what each token stands for by itself. */
final class JsonDecoders {
  private JsonDecoders() {}

  /** {@code bytes} says whether the model is given bytes, so that names of tokens are written as GPT-2 does. */
  static Spelling read(JsonPart part, Vocabulary vocabulary, boolean bytes) {
    List<JsonPart> steps = new ArrayList<>();
    flatten(part, steps);
    boolean byteLevel = steps.stream().anyMatch(step -> step.type().equals("ByteLevel"));
    if (byteLevel || bytes && steps.isEmpty()) {
      return new Spelling(vocabulary, Spellings.byteLevel(vocabulary), false);
    }
    if (bytes) {
      throw part.unsupported("another decoder than ByteLevel for words of bytes");
    }
    String mark = null;
    boolean leadingSpace = false;
    for (JsonPart step : steps) {
      switch (step.type()) {
        case "WordPiece" -> {
          return wordPiece(step, vocabulary);
        }
        case "Metaspace" -> {
          mark = step.text("replacement", "\u2581");
          leadingSpace = !step.text("prepend_scheme", "always").equals("never") && step.flag("add_prefix_space", true);
        }
        case "Replace" -> mark = replacedBySpace(step);
        case "Strip" -> leadingSpace = step.text("content").equals(" ") && step.integer("start", 0) > 0;
        case "ByteFallback", "Fuse" -> {
          // Tokens of bytes stand for bytes, and parts are joined, in any case.
        }
        default -> throw step.unsupported("a decoder of type " + step.type());
      }
    }
    return new Spelling(
        vocabulary, mark == null ? Spellings.plain(vocabulary) : Spellings.marked(vocabulary, mark), leadingSpace);
  }

  private static void flatten(JsonPart part, List<JsonPart> steps) {
    if (part.type().equals("Sequence")) {
      part.get("decoders").elements().forEach(step -> flatten(step, steps));
    } else if (!part.isAbsent()) {
      steps.add(part);
    }
  }

  private static String replacedBySpace(JsonPart step) {
    if (step.text("content").equals(" ")) {
      return step.get("pattern").text("String");
    }
    throw step.unsupported("a decoder that replaces by '" + step.text("content") + "'");
  }

  private static Spelling wordPiece(JsonPart step, Vocabulary vocabulary) {
    if (!step.text("prefix", "##").equals("##")) {
      throw step.unsupported("the prefix " + step.text("prefix"));
    }
    boolean tidy = step.flag("cleanup", true);
    return new Spelling(vocabulary, Spellings.wordPiece(vocabulary, WordPiece.Marking.CONTINUATION, tidy), true);
  }
}
