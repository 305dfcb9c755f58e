package dev.tern.cli;

import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.Inspection;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import dev.tern.tokenizer.Tokenizer;
import dev.tern.tokenizer.Tokenizers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern inspect FILE|DIR}. */
@Command(
    name = "inspect",
    description = "Show what a checkpoint holds and how much memory it needs, without loading it.",
    footerHeading = "%nExamples:%n",
    footer = {"  tern inspect model.gguf", "  tern inspect -c 32768 --kv q8 model-directory"})
final class InspectCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--context"},
      paramLabel = "N",
      description = "Positions to compute the memory for. Default: what the model was trained for.")
  private int contextLength;

  @Option(
      names = "--kv",
      paramLabel = "f32|f16|bf16|q8",
      description = "Number format of cached keys and values. Default: ${DEFAULT-VALUE}.")
  private KvType kvType = KvType.F16;

  @Option(names = "--tensors", description = "List every tensor.")
  private boolean listTensors;

  @Option(names = "--metadata", description = "List every key of the metadata.")
  private boolean listMetadata;

  @Parameters(paramLabel = "PATH", description = "GGUF file or Hugging Face directory.")
  private Path path;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    try (Checkpoint checkpoint = ModelCheckpoints.open(path)) {
      Inspection inspection = Inspection.of(checkpoint, BuildOptions.DEFAULT);
      printModel(out, checkpoint, inspection);
      printTypes(out, Inspection.types(checkpoint));
      printMemory(out, inspection);
      printLayers(out, inspection.layers());
      if (listMetadata) {
        checkpoint.metadata().keys().forEach(key -> out.printf("%s%n", key + " = " + shown(checkpoint, key)));
      }
      if (listTensors) {
        checkpoint.tensors().forEach(t -> out.printf("%-48s %-8s %s%n", t.name(), t.type(), t.shape()));
      }
    }
    out.flush();
  }

  private static void printModel(PrintWriter out, Checkpoint checkpoint, Inspection inspection) {
    var config = inspection.config();
    line(out, "file", "%s", checkpoint.path());
    line(out, "name", "%s", checkpoint.metadata().text("general.name", "(none)"));
    line(out, "architecture", "%s", config.architecture());
    boolean sparse = inspection.activeParameters() != inspection.parameters();
    String active = sparse ? " (%s active)".formatted(count(inspection.activeParameters())) : "";
    line(out, "parameters", "%s%s", count(inspection.parameters()), active);
    line(out, "width", "%d, %d layers, context %d", config.width(), config.layers(), config.contextLength());
    Tokenizer tokenizer = Tokenizers.of(checkpoint);
    line(out, "tokenizer", "%s, %d tokens", tokenizer.kind(), tokenizer.size());
  }

  private static void printTypes(PrintWriter out, List<Inspection.TypeShare> types) {
    long values = types.stream().mapToLong(Inspection.TypeShare::values).sum();
    long bytes = types.stream().mapToLong(Inspection.TypeShare::bytes).sum();
    line(out, "weights", "%s, %.2f bits per weight", Sizes.bytes(bytes), 8.0 * bytes / values);
    for (Inspection.TypeShare share : types) {
      line(
          out,
          "",
          "%-8s %4d tensors  %5.1f%% of the weights  %.2f bits",
          share.type(),
          share.tensors(),
          100.0 * share.values() / values,
          8.0 * share.bytes() / share.values());
    }
  }

  private void printMemory(PrintWriter out, Inspection inspection) {
    int positions = contextLength == 0 ? inspection.config().contextLength() : contextLength;
    long state = inspection.stateBytes(new StateOptions(kvType), positions);
    line(
        out,
        "memory",
        "%s packed weights + %s of %s states at %d positions",
        Sizes.bytes(inspection.packedBytes()),
        Sizes.bytes(state),
        kvType.toString().toLowerCase(Locale.ROOT),
        positions);
  }

  /** Runs of equal layers take one line. */
  private static void printLayers(PrintWriter out, List<List<String>> layers) {
    for (int from = 0, to; from < layers.size(); from = to) {
      to = from + 1;
      while (to < layers.size() && layers.get(to).equals(layers.get(from))) {
        to++;
      }
      String numbers = to - from == 1 ? "layer " + from : "layers %d–%d".formatted(from, to - 1);
      line(out, numbers, "%s", String.join("; ", layers.get(from)));
    }
  }

  private static void line(PrintWriter out, String name, String format, Object... values) {
    out.printf(Locale.ROOT, "%-14s %s%n", name, String.format(Locale.ROOT, format, values));
  }

  private static String count(long parameters) {
    return parameters < 1_000_000_000
        ? String.format(Locale.ROOT, "%.2f M", parameters / 1e6)
        : String.format(Locale.ROOT, "%.2f B", parameters / 1e9);
  }

  private static String shown(Checkpoint checkpoint, String key) {
    Object value = checkpoint.metadata().raw(key);
    return value.getClass().isArray() ? "[%d values]".formatted(java.lang.reflect.Array.getLength(value)) : "" + value;
  }
}
