package dev.tern.cli;

import dev.tern.engine.Engine;
import dev.tern.evaluate.BenchResult;
import dev.tern.evaluate.Benchmarking;
import dev.tern.evaluate.Throughput;
import dev.tern.kernel.KvType;
import dev.tern.kernel.MachineSpeed;
import dev.tern.kernel.SpeedMeter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tern bench}. */
@Command(
    name = "bench",
    description = {
      "Measure how fast a model reads a prompt and generates.",
      "Lists and ranges (1,2,4 or 128-512*2 or 0-1024+512) of -p, -n, -d, -b and -t, and lists of --kv, --attention and"
          + " --adapter are combined with each other. Rows appear as they are measured; Ctrl-C keeps those that are.",
      "Predicted by measured time is 1 where bytes moved and operations take as long as the machine's read bandwidth"
          + " and multiply-adds allow."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern bench -m model.gguf",
      "  tern bench -m model.gguf -p 512 -n 64 -d 0,4096 -t 1,2 -o json",
      "  tern bench -n 64 -p 0 -b 1-8*2 --kv f16,q8 --attention 'full;window:256+sinks:4'",
      "  tern bench -m base.gguf --adapter none --adapter lora/",
      "  tern bench -m synthetic:tinyllama:q4_0     a model of that shape with random weights",
      "  tern bench --machine                       read bandwidth and multiply-add peak of this machine",
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private BenchArguments arguments;

  @Option(names = "--machine", description = "Measure the machine instead of a model.")
  private boolean machine;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "md|csv|json",
      description = "Form of the table. Default: ${DEFAULT-VALUE}.")
  private BenchTable.Form form = BenchTable.Form.MD;

  @Option(names = "--stats", description = "How often each expert of each layer was chosen, on the standard error.")
  private boolean stats;

  private final AtomicBoolean interrupted = new AtomicBoolean();

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    arguments.check(spec);
    if (machine) {
      printMachine(out);
      return;
    }
    InterruptedRun.onInterrupt(() -> interrupted.set(true));
    try (BenchTable table = new BenchTable(form, out)) {
      for (int threads : arguments.threadCounts()) {
        try (SpeedMeter meter = meter(threads)) {
          for (String attention : arguments.attentions()) {
            measure(meter, attention, table);
          }
        }
      }
    }
  }

  private static SpeedMeter meter(int threads) {
    try (Progress _ = Progress.start("measuring the machine")) {
      return new SpeedMeter(threads);
    }
  }

  private void measure(SpeedMeter meter, String attention, BenchTable table) {
    if (interrupted.get()) {
      return;
    }
    try (Benchmarking model = Benchmarking.load(arguments.modelName(), arguments.options(meter.threads(), attention))) {
      for (String adapters : arguments.adapterSets()) {
        model.adapt(weights(adapters));
        for (KvType cache : arguments.caches()) {
          for (Throughput.Case what : arguments.cases()) {
            measure(model, new BenchResult.Setting(what, meter.threads(), cache, attention, adapters), meter, table);
          }
        }
      }
      if (stats) {
        ExpertReport.print(model.expertCounts(), spec.commandLine().getErr());
      }
    }
  }

  private void measure(Benchmarking model, BenchResult.Setting how, SpeedMeter meter, BenchTable table) {
    Engine.Go go = () -> !interrupted.get();
    if (go.on()) {
      try (Progress _ = Progress.start("measuring " + how.what())) {
        model.measure(how, arguments.repetitions(), meter, go).ifPresent(table::add);
      }
    }
  }

  private static Map<Path, Float> weights(String adapters) {
    return adapters.equals(BenchArguments.NO_ADAPTERS)
        ? Map.of()
        : AdapterArguments.weights(List.of(adapters.split(";")));
  }

  private static MachineSpeed speed(int threads) {
    try (SpeedMeter meter = meter(threads);
        Progress _ = Progress.start("measuring the machine")) {
      return meter.measure();
    }
  }

  private void printMachine(PrintWriter out) {
    for (int threads : arguments.threadCounts()) {
      MachineSpeed speed = speed(threads);
      out.printf(
          Locale.ROOT,
          "%d threads, %d-bit vectors: reads %.1f GB/s, multiply-adds %.0f GFLOP/s%n",
          speed.threads(),
          speed.vectorBits(),
          speed.readBytesPerSecond() / 1e9,
          speed.flopsPerSecond() / 1e9);
    }
    out.flush();
  }
}
