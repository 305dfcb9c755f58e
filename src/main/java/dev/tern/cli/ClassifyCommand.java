package dev.tern.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.Encoder;
import dev.tern.checkpoint.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern classify TEXT…}. */
@Command(
    name = "classify",
    description = "Tell the classes of texts, or with --masks the tokens that masks stand for.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern classify -m distilbert-sst2 \"what a lovely film\"",
      "  tern classify -m modernbert --masks \"The capital of France is [MASK].\"",
    })
final class ClassifyCommand implements Runnable {
  private static final int MOST_TOKENS = 5;

  @Spec private CommandSpec spec;
  @Mixin private EncoderArguments arguments;

  @Option(names = "--masks", description = "Predict the mask tokens in each text.")
  private boolean masks;

  @Option(names = "--json", description = "A JSON object per text.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    List<String> texts = arguments.texts(spec);
    try (Encoder encoder = arguments.load()) {
      if (masks) {
        texts.forEach(text -> encoder.fillMasks(text, MOST_TOKENS).forEach(labels -> print(out, text, labels)));
      } else {
        List<List<Encoder.Label>> all = encoder.classify(texts);
        for (int i = 0; i < all.size(); i++) {
          print(out, texts.get(i), all.get(i));
        }
      }
    }
    out.flush();
  }

  private void print(PrintWriter out, String text, List<Encoder.Label> labels) {
    if (json) {
      ObjectNode node = Json.MAPPER.createObjectNode().put("text", text);
      ObjectNode scores = node.putObject("labels");
      labels.forEach(label -> scores.put(label.name(), label.probability()));
      out.println(node);
    } else {
      out.println(
          labels.stream()
              .map(label -> String.format(Locale.ROOT, "%s %.4f", label.name(), label.probability()))
              .collect(Collectors.joining("  ")));
    }
  }
}
