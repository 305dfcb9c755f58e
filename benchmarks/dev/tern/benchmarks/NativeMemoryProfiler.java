package dev.tern.benchmarks;

import dev.tern.study.sweep.ProcessMemory;
import dev.tern.tensor.NativeMemory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Memory that JMH's own profilers do not see, as results beside the times: what arenas hold after an iteration, how
 * much that changed while it ran, and the resident set, now and at its largest. {@code -prof
 * dev.tern.benchmarks.NativeMemoryProfiler}.
 */
public final class NativeMemoryProfiler implements InternalProfiler {
  private static final double MEGABYTE = 1e6;

  private long before;

  @Override
  public String getDescription() {
    return "Native memory of arenas and the resident set";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = NativeMemory.liveBytes();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long live = NativeMemory.liveBytes();
    List<Result<?>> results = new ArrayList<>();
    results.add(megabytes("native.arenas", live));
    results.add(megabytes("native.arenas.change", live - before));
    results.add(megabytes("native.arenas.peak", NativeMemory.peakBytes()));
    add(results, "native.resident", ProcessMemory.residentBytes());
    add(results, "native.resident.peak", ProcessMemory.peakBytes());
    return results;
  }

  /** Left out where the system does not tell. */
  private static void add(List<Result<?>> results, String name, long bytes) {
    if (bytes >= 0) {
      results.add(megabytes(name, bytes));
    }
  }

  private static Result<?> megabytes(String name, long bytes) {
    return new ScalarResult(name, bytes / MEGABYTE, "MB", AggregationPolicy.MAX);
  }
}
