package dev.tern.cli;

import dev.tern.study.panels.StudyReport;
import dev.tern.study.report.Document;
import dev.tern.study.report.Html;
import dev.tern.study.sweep.ForkedRunner;
import dev.tern.study.sweep.Job;
import dev.tern.study.sweep.ResultStore;
import dev.tern.study.sweep.ResultTable;
import dev.tern.study.sweep.Study;
import dev.tern.study.sweep.StudyFile;
import dev.tern.study.sweep.StudyRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern study}. */
@Command(
    name = "study",
    description = {
      "Measure how latency, memory and quality scale, and write a report with fits, crossovers and limits.",
      "Ctrl-C ends it with a report of what is there; the same command goes on where it was."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern study                        about ten minutes; leave the machine alone meanwhile",
      "  tern study --full -o study-full   hours",
      "  tern study sweep.yaml --price 0.4",
    })
final class StudyCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|FILE",
      description = "A study of ours (default) or a YAML file; see src/site/study.md. Default: ${DEFAULT-VALUE}.")
  private String name = "default";

  @Option(names = "--full", description = "The long form of the study.")
  private boolean full;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Where results and report go. Default: study-NAME.")
  private Path directory;

  @Option(names = "--price", paramLabel = "PER_HOUR", description = "What an hour of the machine costs.")
  private Double price;

  @Option(names = "--report", description = "Only write the report of what is there.")
  private boolean reportOnly;

  private final AtomicBoolean interrupted = new AtomicBoolean();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Study study = StudyFile.read(name, full, ShippedModel::path);
    Path target = directory == null ? Path.of(defaultDirectory()) : directory;
    ResultStore store = ResultStore.open(target);
    ForkedRunner runner = new ForkedRunner(StudyProcess.class.getName());
    StudyProgress progress = new StudyProgress(out);
    StudyRun run = new StudyRun(study, store, runner, progress);
    if (!reportOnly) {
      InterruptedRun.onInterrupt(
          () -> {
            interrupted.set(true);
            runner.stop();
          });
      progress.begins(run, target);
      run.run(() -> !interrupted.get());
      progress.ends();
    }
    writeReport(study, store, run, target);
    out.printf("%s%n", target.resolve("report.html"));
    if (interrupted.get()) {
      out.printf("%d of %d jobs are left: the same command goes on.%n", run.left(), run.jobs());
    }
    out.flush();
    return interrupted.get() ? INTERRUPTED : 0;
  }

  private String defaultDirectory() {
    String file = Path.of(name).getFileName().toString().replaceFirst("\\.ya?ml$", "");
    return "study-" + file + (full ? "-full" : "");
  }

  private void writeReport(Study study, ResultStore store, StudyRun run, Path target) throws IOException {
    Double perHour = price == null ? study.price() : price;
    Document document =
        StudyReport.of(
            new StudyReport.Run(study.title(), store.machine(), perHour, run.left(), run.failures()),
            store.measurements());
    Files.writeString(target.resolve("report.html"), Html.render(document));
    Files.writeString(target.resolve("results.csv"), ResultTable.csv(store.measurements()));
  }

  /** Tells what is being measured. */
  private static final class StudyProgress implements StudyRun.Listener {
    private final PrintWriter out;
    private Progress line;

    StudyProgress(PrintWriter out) {
      this.out = out;
    }

    void begins(StudyRun run, Path target) {
      out.printf(
          "%d of %d jobs to do, about %s; results in %s%n", run.left(), run.jobs(), duration(run.remaining()), target);
      out.flush();
    }

    @Override
    public void starts(Job job, int number, int jobs, double remaining) {
      ends();
      String text = "%d/%d %s, about %s left".formatted(number, jobs, job.label(), duration(remaining));
      if (System.console() == null || !System.console().isTerminal()) {
        out.println(text);
        out.flush();
      }
      line = Progress.start(text);
    }

    @Override
    public void failed(Job job, String why) {
      ends();
      out.printf("not measured: %s%n", why);
      out.flush();
    }

    void ends() {
      if (line != null) {
        line.close();
        line = null;
      }
    }

    private static String duration(double seconds) {
      long minutes = Math.round(seconds / 60);
      return seconds < 90
          ? Math.round(seconds) + " s"
          : minutes < 90 ? minutes + " min" : Math.round(minutes / 60.0) + " h";
    }
  }
}
