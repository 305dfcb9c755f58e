package dev.tern.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.Encoder;
import dev.tern.checkpoint.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern embed TEXT…}. */
@Command(
    name = "embed",
    description = "Turn texts into vectors with an encoder: a line per text, or JSON.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern embed -m bert-directory \"a cat\" \"a dog\"",
      "  tern embed -m bert-directory --pooling cls --json --file lines.txt",
    })
final class EmbedCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private EncoderArguments arguments;

  @Option(
      names = "--pooling",
      paramLabel = "mean|cls|last",
      description = "How the vectors of the tokens become one. Default: as the model says, or mean.")
  private Encoder.Pooling pooling;

  @Option(names = "--raw", description = "Vectors as they are, not scaled to unit length.")
  private boolean raw;

  @Option(names = "--json", description = "A JSON object per text.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    List<String> texts = arguments.texts(spec);
    try (Encoder encoder = arguments.load()) {
      float[][] vectors = encoder.embed(texts, pooling == null ? encoder.pooling() : pooling, !raw);
      for (int i = 0; i < vectors.length; i++) {
        out.println(json ? object(texts.get(i), vectors[i]) : line(vectors[i]));
      }
    }
    out.flush();
  }

  private static String line(float[] vector) {
    StringBuilder line = new StringBuilder();
    for (float value : vector) {
      line.append(line.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%.6f", value));
    }
    return line.toString();
  }

  private static ObjectNode object(String text, float[] vector) {
    ObjectNode node = Json.MAPPER.createObjectNode().put("text", text);
    ArrayNode values = node.putArray("embedding");
    for (float value : vector) {
      values.add(value);
    }
    return node;
  }
}
