package dev.tern.evaluate;

import dev.tern.kernel.MachineSpeed;

/**
 * What an operation must do at the least, whatever the implementation.
 *
 * @param bytes read and written, each once
 * @param flops multiplications and additions, each counted as one
 */
public record Work(double bytes, double flops) {
  public static final Work NONE = new Work(0, 0);

  public Work plus(Work other) {
    return new Work(bytes + other.bytes, flops + other.flops);
  }

  public Work times(double factor) {
    return new Work(factor * bytes, factor * flops);
  }

  /** The least time on a machine: the roofline (Williams et al. 2009). */
  public double seconds(MachineSpeed speed) {
    return Math.max(bytes / speed.readBytesPerSecond(), flops / speed.flopsPerSecond());
  }
}
