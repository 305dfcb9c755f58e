package dev.tern.benchmarks;

import dev.tern.evaluate.Work;
import dev.tern.kernel.MachineSpeed;
import dev.tern.kernel.SpeedMeter;
import dev.tern.kernel.WorkerPool;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the machine does in the process that measures, and counters that hold work against it. */
public final class MachinePeaksState {
  private MachinePeaksState() {}

  /** Workers and peaks of one process. */
  @State(Scope.Benchmark)
  public static class Machine {
    private MachineSpeed speed;

    /** Measures for a second or two. */
    @Setup
    public void measure() {
      speed = SpeedMeter.measure(WorkerPool.defaultCount());
    }

    MachineSpeed speed() {
      return speed;
    }
  }

  /**
   * Per second, so that benchmarks which use it give their rates per second: tokens, bytes and operations in billions,
   * and the shares of the machine's read bandwidth, of its multiply-adds, and of the time that is the least possible.
   */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counters {
    /** Reported by JMH under its name. */
    public double tokens;

    /** Reported by JMH under its name. */
    public double gigabytes;

    /** Reported by JMH under its name. */
    public double gigaflops;

    /** Reported by JMH under its name. */
    public double ofBandwidth;

    /** Reported by JMH under its name. */
    public double ofMultiplyAdds;

    /** Reported by JMH under its name. */
    public double ofLimit;

    /** Counts one operation. */
    void add(int tokens, Work work, double leastSeconds, Machine machine) {
      this.tokens += tokens;
      gigabytes += work.bytes() / 1e9;
      gigaflops += work.flops() / 1e9;
      ofBandwidth += work.bytes() / machine.speed.readBytesPerSecond();
      ofMultiplyAdds += work.flops() / machine.speed.flopsPerSecond();
      ofLimit += leastSeconds;
    }
  }
}
