package dev.tern.cli;

import dev.tern.error.TernException;
import dev.tern.evaluate.Divergence;
import dev.tern.evaluate.EvaluatedModel;
import dev.tern.evaluate.Perplexity;
import dev.tern.evaluate.Statistics;
import dev.tern.evaluate.Windows;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern eval}. */
@Command(
    name = "eval",
    description = {
      "Measure how well a model predicts a text: perplexity, or the divergence from a reference.",
      "With --against the same text runs through both; the reference has its own --against-* options."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern eval --text Main.java",
      "  tern eval -m q4.gguf --against bf16.gguf --text book.txt --window 512",
      "  tern eval -m model.gguf --attention window:128+sinks:4 --against model.gguf --text book.txt",
      "  tern eval -m model.gguf --choices task.jsonl",
    })
final class EvalCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private EvaluatedArguments model;
  @Mixin private AdapterArguments adapters;

  @ArgGroup(multiplicity = "1")
  private Source source;

  /** What is scored. */
  private static final class Source {
    @Option(names = "--text", paramLabel = "FILE", description = "A text to predict (UTF-8).")
    private Path text;

    @Option(
        names = "--choices",
        paramLabel = "FILE",
        description = "Questions as JSON lines: {\"prompt\": …, \"choices\": […], \"answer\": index}.")
    private Path choices;
  }

  @Option(names = "--against", paramLabel = "MODEL", description = "The reference to compare with.")
  private Path against;

  @Option(names = "--against-attention", paramLabel = "POLICY", description = "Its attention. Default: full.")
  private String againstAttention = "full";

  @Option(names = "--against-experts", paramLabel = "K", description = "Its active experts. Default: its own number.")
  private int againstExperts;

  @Option(names = "--window", paramLabel = "N", description = "Tokens of a context. Default: ${DEFAULT-VALUE}.")
  private int window = 512;

  @Option(names = "--stride", paramLabel = "N", description = "Tokens between contexts. Default: the window.")
  private Integer stride;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N tokens of the text.")
  private int limit = Integer.MAX_VALUE;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    try (EvaluatedModel loaded = model.load()) {
      loaded.adapt(adapters.weights());
      if (source.choices != null) {
        ChoiceReport.print(out, loaded, source.choices);
      } else if (against == null) {
        print(out, Perplexity.of(loaded.engine(), loaded.states(), ids(loaded), windows()));
      } else {
        try (EvaluatedModel reference = model.reference(against, againstAttention, againstExperts)) {
          print(out, Divergence.of(loaded.side(), reference.side(), ids(loaded), windows()));
        }
      }
    }
    out.flush();
  }

  private Windows windows() {
    return new Windows(window, stride == null ? window : stride);
  }

  private int[] ids(EvaluatedModel loaded) {
    int[] ids = loaded.tokenizer().encodePrompt(read(source.text));
    if (ids.length < 2) {
      throw new TernException("%s: expected at least 2 tokens, found %d".formatted(source.text, ids.length));
    }
    return Arrays.copyOf(ids, Math.min(limit, ids.length));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(PrintWriter out, Perplexity result) {
    out.printf(
        Locale.ROOT,
        "tokens       %d%nnats/token   %.5f ± %.5f%nperplexity   %.4f ± %.4f%n",
        result.nats().length,
        result.mean(),
        result.error(),
        result.value(),
        result.value() * result.error());
  }

  private static void print(PrintWriter out, Divergence result) {
    print(out, new Perplexity(result.nats()));
    Perplexity reference = new Perplexity(result.referenceNats());
    double[] kl = result.divergence();
    out.printf(
        Locale.ROOT, "reference    perplexity %.4f ± %.4f%n", reference.value(), reference.value() * reference.error());
    out.printf(
        Locale.ROOT,
        "KL           %.6f ± %.6f nats%n",
        Statistics.mean(kl),
        Statistics.deviation(kl) / Math.sqrt(kl.length));
    double[] same = result.agreement();
    out.printf(
        Locale.ROOT,
        "top-1        %.3f%% ± %.3f%%%n",
        100 * Statistics.mean(same),
        100 * Statistics.deviation(same) / Math.sqrt(same.length));
    out.printf(
        Locale.ROOT,
        "Δp           1%% %+.4f  5%% %+.4f  median %+.4f  95%% %+.4f  99%% %+.4f%n",
        result.differenceQuantile(0.01),
        result.differenceQuantile(0.05),
        result.differenceQuantile(0.5),
        result.differenceQuantile(0.95),
        result.differenceQuantile(0.99));
  }
}
