package dev.tern.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.Generation;
import dev.tern.Model;
import dev.tern.Session;
import dev.tern.SessionOptions;
import dev.tern.checkpoint.Json;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern generate PROMPT}. */
@Command(
    name = "generate",
    description = "Continue a text. The text goes to the standard output as it comes, figures to the standard error.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern generate \"public static\"",
      "  tern generate -m model.gguf -n 200 --temperature 0 \"Once upon a time\"",
      "  tern generate -m model.gguf --adapter poems --adapter verse.gguf=0.5 \"The sea\"",
      "  tern generate -m model.gguf --kv q8 --seed 7 --json \"The capital of France is\"",
    })
final class GenerateCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ModelArguments model;
  @Mixin private SamplingArguments sampling;
  @Mixin private AdapterArguments adapters;

  @Option(
      names = "--kv",
      paramLabel = "f32|f16|bf16|q8",
      description = "Number format of cached keys and values. Default: ${DEFAULT-VALUE}.")
  private SessionOptions.CacheType cache = SessionOptions.DEFAULT.cache();

  @Option(names = "--json", description = "One JSON object with text, ids and figures instead of streamed text.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No figures.")
  private boolean quiet;

  @Option(names = "--stats", description = "How often each expert of each layer was chosen.")
  private boolean stats;

  @Parameters(paramLabel = "PROMPT", description = "The text to continue.")
  private String prompt;

  @Override
  public void run() {
    long before = System.nanoTime();
    try (Model loaded = load();
        Session session = loaded.session(adapters.attach(loaded, SessionOptions.DEFAULT.withCache(cache)))) {
      double seconds = (System.nanoTime() - before) / 1e9;
      Generation generation = session.generate(prompt, sampling.options());
      InterruptedRun.onInterrupt(generation::cancel);
      if (json) {
        print(generation, loaded, seconds);
      } else {
        stream(generation);
        report(generation, loaded, seconds);
        if (stats) {
          ExpertReport.print(loaded.expertCounts(), spec.commandLine().getErr());
        }
      }
    }
  }

  private Model load() {
    try (Progress _ = Progress.start("loading " + model.path())) {
      return model.load();
    }
  }

  private void stream(Generation generation) {
    PrintWriter out = spec.commandLine().getOut();
    for (String part : generation) {
      out.print(part);
      out.flush();
    }
    out.println();
    out.flush();
  }

  private void report(Generation generation, Model loaded, double seconds) {
    if (quiet) {
      return;
    }
    Generation.Usage usage = generation.usage();
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "%nload %.2f s · prompt %d tokens, %.0f/s · %d generated, %.1f/s (%s) · weights %s · peak %s · %d threads ·"
            + " seed %d%n",
        seconds,
        usage.promptTokens(),
        usage.promptTokensPerSecond(),
        usage.generatedTokens(),
        usage.decodeTokensPerSecond(),
        generation.finishReason().toString().toLowerCase(java.util.Locale.ROOT),
        Sizes.bytes(loaded.weightBytes()),
        Sizes.bytes(Sizes.peakResidentBytes()),
        loaded.threads(),
        sampling.seed());
    err.flush();
  }

  private void print(Generation generation, Model loaded, double seconds) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("model", loaded.path().toString());
    node.put("prompt", prompt);
    node.put("text", generation.text());
    Generation.Usage usage = generation.usage();
    generation.tokens();
    var ids = node.putArray("ids");
    for (int id : generation.tokens()) {
      ids.add(id);
    }
    node.put("finish_reason", generation.finishReason().toString().toLowerCase(java.util.Locale.ROOT));
    node.put("seed", sampling.seed());
    node.put("threads", loaded.threads());
    node.put("load_seconds", seconds);
    node.put("prompt_tokens", usage.promptTokens());
    node.put("prompt_tokens_per_second", generation.usage().promptTokensPerSecond());
    node.put("generated_tokens", generation.usage().generatedTokens());
    node.put("decode_tokens_per_second", generation.usage().decodeTokensPerSecond());
    node.put("weight_bytes", loaded.weightBytes());
    node.put("peak_resident_bytes", Sizes.peakResidentBytes());
    if (stats) {
      ObjectNode experts = node.putObject("experts_chosen");
      loaded.expertCounts().forEach((layer, chosen) -> experts.putPOJO(layer.toString(), chosen));
    }
    spec.commandLine().getOut().println(node);
    spec.commandLine().getOut().flush();
  }
}
