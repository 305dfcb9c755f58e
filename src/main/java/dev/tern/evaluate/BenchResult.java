package dev.tern.evaluate;

import dev.tern.kernel.KvType;
import dev.tern.kernel.MachineSpeed;
import java.util.Arrays;

/**
 * One measured case.
 *
 * @param model what was measured
 * @param how it was run
 * @param timings of the repetitions
 * @param work that the case needs at the least
 * @param speed of the machine in the meantime
 */
public record BenchResult(Model model, Setting how, Throughput.Timings timings, NetworkWork work, MachineSpeed speed) {
  /**
   * A model.
   *
   * @param fileBytes of the tensors in the file
   * @param weightBytes of the packed weights
   */
  public record Model(String name, String architecture, long fileBytes, long parameters, long weightBytes) {}

  /**
   * How it was run.
   *
   * @param attention the policy, as it was given
   * @param adapters a name for those in force; "none" without any
   */
  public record Setting(Throughput.Case what, int threads, KvType cache, String attention, String adapters) {}

  public Throughput.Case what() {
    return how.what();
  }

  /** Tokens per second of each repetition, of all sequences together. */
  public double[] rates() {
    return Arrays.stream(timings.seconds()).map(value -> what().tokens() / value).toArray();
  }

  /** Short, as other tools write it: pp512, tg128 @ d4096. */
  public String test() {
    String test = what().prompt() > 0 ? "pp" + what().prompt() : "tg" + what().generated();
    return what().depth() > 0 ? test + " @ d" + what().depth() : test;
  }

  private double median() {
    return Statistics.median(timings.seconds());
  }

  /** Bytes that have to be moved per second, as a share of what the machine reads. */
  public double bandwidthShare() {
    return work.total().bytes() / median() / speed.readBytesPerSecond();
  }

  /** Operations per second, as a share of what the machine computes. */
  public double computeShare() {
    return work.total().flops() / median() / speed.flopsPerSecond();
  }

  /** The least time by bytes, operations and the machine's peaks. */
  public double predictedSeconds() {
    return work.seconds(speed);
  }

  /** Predicted by measured time: 1 is the limit of the machine. */
  public double efficiency() {
    return predictedSeconds() / median();
  }
}
