package dev.tern.study.sweep;

import dev.tern.error.TernException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Runs the jobs of a study that are not done yet. */
public final class StudyRun {
  private final List<Job> jobs;
  private final ResultStore store;
  private final JobRunner runner;
  private final Listener listener;
  private final List<String> failures = new ArrayList<>();

  /** Seconds that parts took in this run. */
  private final Map<String, Double> taken = new HashMap<>();

  private double expected;
  private double measured;

  /** Follows the work. */
  public interface Listener {
    /**
     * @param number of the job, from 1
     * @param remaining estimated seconds until the end
     */
    void starts(Job job, int number, int jobs, double remaining);

    void failed(Job job, String why);
  }

  public StudyRun(Study study, ResultStore store, JobRunner runner, Listener listener) {
    jobs = study.jobs();
    this.store = store;
    this.runner = runner;
    this.listener = listener;
  }

  /** Jobs in all. */
  public int jobs() {
    return jobs.size();
  }

  /** Jobs that are left. */
  public int left() {
    return (int) jobs.stream().filter(job -> !store.isDone(job)).count();
  }

  /** Estimated seconds until the end. */
  public double remaining() {
    return jobs.stream().filter(job -> !store.isDone(job)).mapToDouble(this::estimate).sum();
  }

  private double estimate(Job job) {
    double pace = expected == 0 ? 1 : measured / expected;
    return taken.getOrDefault(key(job), job.suite().expectedSeconds() * pace);
  }

  private static String key(Job job) {
    return job.suite().name() + "/" + job.suite().label();
  }

  /**
   * Runs; a job that fails is told of and left out.
   *
   * @param go asked before each job, and when one fails
   * @return whether all jobs were run
   */
  public boolean run(BooleanSupplier go) {
    for (int i = 0; i < jobs.size() && go.getAsBoolean(); i++) {
      if (!store.isDone(jobs.get(i))) {
        listener.starts(jobs.get(i), i + 1, jobs.size(), remaining());
        run(jobs.get(i), go);
      }
    }
    return go.getAsBoolean();
  }

  private void run(Job job, BooleanSupplier go) {
    long start = System.nanoTime();
    try {
      runner.run(job, store::add);
      double seconds = (System.nanoTime() - start) / 1e9;
      store.finish(job, seconds);
      taken.put(key(job), seconds);
      expected += job.suite().expectedSeconds();
      measured += seconds;
    } catch (TernException e) {
      if (go.getAsBoolean()) {
        failures.add(e.getMessage());
        listener.failed(job, e.getMessage());
      }
    }
  }

  /** What went wrong, job by job. */
  public List<String> failures() {
    return List.copyOf(failures);
  }
}
