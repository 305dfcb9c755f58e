package dev.tern.cli;

import dev.tern.evaluate.BenchResult;
import dev.tern.evaluate.Benchmarking;
import dev.tern.evaluate.Throughput;
import dev.tern.kernel.KvType;
import dev.tern.kernel.MachineSpeed;
import dev.tern.kernel.WorkerPool;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
      "Lists and ranges (1,2,4 or 128-512*2 or 0-1024+512) of -p, -n, -d and -t are combined with each other."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern bench -m model.gguf",
      "  tern bench -m model.gguf -p 512 -n 64 -d 0,4096 -t 1,2 -o json",
      "  tern bench -m synthetic:tinyllama:q4_0     a model of that shape with random weights",
      "  tern bench --machine                       read bandwidth and multiply-add peak of this machine",
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private BenchArguments arguments;
  @Mixin private AdapterArguments adapters;

  @Option(names = "--machine", description = "Measure the machine instead of a model.")
  private boolean machine;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "md|csv|json",
      description = "Form of the table. Default: ${DEFAULT-VALUE}.")
  private BenchTable.Form form = BenchTable.Form.MD;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (machine) {
      printMachine(out);
      return;
    }
    List<BenchResult> results = new ArrayList<>();
    for (int threads : arguments.threadCounts()) {
      measure(threads, results);
    }
    new BenchTable(form, out).print(results);
  }

  private void measure(int threads, List<BenchResult> results) {
    try (Benchmarking model = Benchmarking.load(arguments.modelName(), arguments.options(threads))) {
      model.adapt(adapters.weights());
      for (KvType cache : arguments.caches()) {
        for (Throughput.Case what : arguments.cases()) {
          try (Progress _ = Progress.start("measuring " + what)) {
            results.add(model.measure(what, cache, arguments.repetitions()));
          }
        }
      }
    }
  }

  private void printMachine(PrintWriter out) {
    for (int threads : arguments.threadCounts()) {
      try (WorkerPool workers = new WorkerPool(threads)) {
        MachineSpeed speed = MachineSpeed.measure(workers);
        out.printf(
            Locale.ROOT,
            "%d threads, %d-bit vectors: reads %.1f GB/s, multiply-adds %.0f GFLOP/s%n",
            speed.threads(),
            speed.vectorBits(),
            speed.readBytesPerSecond() / 1e9,
            speed.flopsPerSecond() / 1e9);
      }
    }
    out.flush();
  }
}
