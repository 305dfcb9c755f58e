package dev.tern.study.sweep;

import java.util.function.Consumer;

/** Runs a job. */
public interface JobRunner {
  /**
   * Runs it to its end.
   *
   * @param out receives each measurement as it comes
   * @throws dev.tern.error.TernException if it fails
   */
  void run(Job job, Consumer<Measurement> out);

  /** Ends the job that is running, from another thread. */
  void stop();

  /** In this process: for tests. */
  static JobRunner inProcess() {
    return new JobRunner() {
      @Override
      public void run(Job job, Consumer<Measurement> out) {
        try (Lab lab = new Lab(job, out)) {
          job.suite().measure(lab);
        }
      }

      @Override
      public void stop() {}
    };
  }
}
