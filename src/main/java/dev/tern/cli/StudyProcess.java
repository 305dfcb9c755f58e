package dev.tern.cli;

import dev.tern.error.TernException;
import dev.tern.study.sweep.StudyWorker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The process of one job of {@code tern study}, which starts it. */
public final class StudyProcess {
  private StudyProcess() {}

  /** Ends with code 0, or 1 after a line on the standard error. */
  public static void main(String[] args) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      StudyWorker.run(in, new PrintStream(System.out, true, StandardCharsets.UTF_8));
    } catch (TernException e) {
      System.err.println(StudyWorker.ERROR + e.getMessage());
      System.exit(Main.FAILED);
    }
  }
}
