package dev.tern.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens that a tokenizer puts around a prompt.
 *
 * @param prefix before it
 * @param suffix after it
 */
record PromptTemplate(int[] prefix, int[] suffix) {
  static final PromptTemplate NONE = new PromptTemplate(new int[0], new int[0]);

  /** Reads the {@code post_processor} of a {@code tokenizer.json}. */
  static PromptTemplate read(JsonPart part) {
    String type = part.type();
    return switch (type) {
      case "", "ByteLevel" -> NONE;
      case "Sequence" ->
          part.get("processors").elements().stream()
              .map(PromptTemplate::read)
              .reduce(NONE, (inner, outer) -> outer.around(inner));
      case "TemplateProcessing" -> template(part);
      case "BertProcessing", "RobertaProcessing" ->
          new PromptTemplate(new int[] {pairId(part.get("cls"))}, new int[] {pairId(part.get("sep"))});
      default -> throw part.unsupported("a post-processor of type " + type);
    };
  }

  private PromptTemplate around(PromptTemplate inner) {
    return new PromptTemplate(concat(prefix, inner.prefix), concat(inner.suffix, suffix));
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static int pairId(JsonPart pair) {
    List<JsonPart> elements = pair.elements();
    if (elements.size() != 2) {
      throw pair.wrong("a name and an id");
    }
    return elements.get(1).integer();
  }

  private static PromptTemplate template(JsonPart part) {
    List<Integer> prefix = new ArrayList<>();
    List<Integer> suffix = new ArrayList<>();
    boolean after = false;
    for (JsonPart step : part.get("single").elements()) {
      if (!step.get("Sequence").isAbsent()) {
        after = true;
      } else {
        String name = step.get("SpecialToken").text("id");
        for (JsonPart id : part.get("special_tokens").get(name).get("ids").elements()) {
          (after ? suffix : prefix).add(id.integer());
        }
      }
    }
    return new PromptTemplate(array(prefix), array(suffix));
  }

  private static int[] array(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
