package dev.tern.study.sweep;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tern.error.TernException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results of a study in a directory, one JSON object to a line, written as they come. */
public final class ResultStore {
  private static final String FILE = "results.jsonl";

  private final Path file;
  private final Fingerprint machine;
  private final Map<List<Object>, Measurement> measurements = new LinkedHashMap<>();
  private final Map<String, Double> done = new LinkedHashMap<>();

  /** A line: exactly one of the parts is there. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Line(Fingerprint machine, Measurement measurement, Done done) {}

  /** A job is finished. */
  record Done(String job, double seconds) {}

  private ResultStore(Path file, Fingerprint machine) {
    this.file = file;
    this.machine = machine;
  }

  /**
   * Opens or makes the directory, and reads what is there.
   *
   * @throws TernException if the results there are of another machine or program
   */
  public static ResultStore open(Path directory) {
    return open(directory, Fingerprint.ofThisMachine());
  }

  static ResultStore open(Path directory, Fingerprint machine) {
    ResultStore store = new ResultStore(directory.resolve(FILE), machine);
    try {
      Files.createDirectories(directory);
      if (Files.exists(store.file)) {
        store.read(Files.readAllLines(store.file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    store.append(new Line(machine, null, null));
    return store;
  }

  /** A last line that was cut off when the machine went down is left out. */
  private void read(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (i < lines.size() - 1 || lines.get(i).endsWith("}")) {
        accept(StudyJson.read(lines.get(i), Line.class, file + ":" + (i + 1)));
      }
    }
  }

  private void accept(Line line) {
    if (line.machine != null && !machine.agrees(line.machine)) {
      throw new TernException(
          "%s has results of another machine or version (%s, %s; tern %s): choose another directory with -o"
              .formatted(file, line.machine.processor(), line.machine.java(), line.machine.tern()));
    }
    if (line.measurement != null) {
      Measurement m = line.measurement;
      measurements.put(List.of(m.job(), m.series(), m.phase(), m.at()), m);
    }
    if (line.done != null) {
      done.put(line.done.job, line.done.seconds);
    }
  }

  /** Keeps a measurement; one of the same point by the same job is replaced. */
  void add(Measurement measurement) {
    add(new Line(null, measurement, null));
  }

  /** Keeps that a job is finished. */
  void finish(Job job, double seconds) {
    add(new Line(null, null, new Done(job.id(), seconds)));
  }

  private void add(Line line) {
    append(line);
    accept(line);
  }

  private void append(Line line) {
    try {
      Files.writeString(
          file,
          StudyJson.write(line) + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isDone(Job job) {
    return done.containsKey(job.id());
  }

  /** Everything measured so far. */
  public List<Measurement> measurements() {
    return new ArrayList<>(measurements.values());
  }

  public Fingerprint machine() {
    return machine;
  }
}
