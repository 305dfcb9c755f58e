package dev.tern.study.sweep;

import dev.tern.error.TernException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs each job in a JVM of its own: how HotSpot compiles, and where memory lies, differs from process to process more
 * than from iteration to iteration.
 */
public final class ForkedRunner implements JobRunner {
  private final String main;
  private volatile Process running;

  /**
   * @param main name of the class whose main method runs a {@link StudyWorker}
   */
  public ForkedRunner(String main) {
    this.main = main;
  }

  @Override
  public void run(Job job, Consumer<Measurement> out) {
    try {
      Path errors = Files.createTempFile("tern-study", ".err");
      try {
        Process process = new ProcessBuilder(command()).redirectError(errors.toFile()).start();
        running = process;
        process.outputWriter(StandardCharsets.UTF_8).append(StudyJson.write(job)).append('\n').close();
        forward(job, process, out);
        int code = process.waitFor();
        if (code != 0) {
          throw new TernException("%s: %s".formatted(job.label(), reason(code, Files.readString(errors))));
        }
      } finally {
        running = null;
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new TernException(job.label() + ": interrupted", e);
    }
  }

  private static void forward(Job job, Process process, Consumer<Measurement> out) throws IOException {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.accept(StudyJson.read(line, Measurement.class, job.label()));
      }
    }
  }

  @Override
  public void stop() {
    Process process = running;
    if (process != null) {
      process.destroy();
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-X") || argument.startsWith("-D"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main));
    return command;
  }

  private static String reason(int code, String errors) {
    if (errors.contains("OutOfMemoryError")) {
      return "not enough memory: lower contexts, layers or batch in the study, or raise the heap with"
          + " TERN_JAVA_OPTIONS=-Xmx4g";
    }
    String last = errors.lines().filter(line -> line.startsWith(StudyWorker.ERROR)).findFirst().orElse("");
    return last.isEmpty() ? "its process ended with code " + code : last.substring(StudyWorker.ERROR.length());
  }
}
