package dev.tern.kernel;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What bounds every kernel on this machine, measured with loops that do nothing else: decoding reads all weights per
 * token, prefill multiplies and adds.
 *
 * @param threads that worked at once
 * @param vectorBits width of the vectors
 * @param readBytesPerSecond from memory beyond the caches
 * @param flopsPerSecond of f32 fused multiply-adds, counted as two
 */
public record MachineSpeed(int threads, int vectorBits, double readBytesPerSecond, double flopsPerSecond) {
  /** The rates in the middle of some measurements with the same threads, at least one. */
  public static MachineSpeed median(List<MachineSpeed> speeds) {
    MachineSpeed any = speeds.getFirst();
    return new MachineSpeed(
        any.threads,
        any.vectorBits,
        middle(speeds, MachineSpeed::readBytesPerSecond),
        middle(speeds, MachineSpeed::flopsPerSecond));
  }

  private static double middle(List<MachineSpeed> speeds, ToDoubleFunction<MachineSpeed> rate) {
    double[] sorted = speeds.stream().mapToDouble(rate).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
