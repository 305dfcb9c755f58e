package dev.tern.study.sweep;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;

/** What the process of one job does: it reads the job as a line and writes measurements as lines. */
public final class StudyWorker {
  /** What begins the line on the standard error that tells why a job failed. */
  public static final String ERROR = "tern study: ";

  private StudyWorker() {}

  /**
   * Runs the job.
   *
   * @throws dev.tern.error.TernException if it fails
   */
  public static void run(BufferedReader in, PrintStream out) throws IOException {
    String line = in.readLine();
    Job job = StudyJson.read(line == null ? "" : line, Job.class, "job");
    JobRunner.inProcess().run(job, measurement -> out.println(StudyJson.write(measurement)));
  }
}
