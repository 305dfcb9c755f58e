package dev.tern.study.panels;

import dev.tern.evaluate.Statistics;
import dev.tern.study.sweep.Measurement;
import java.util.Arrays;
import java.util.List;

/**
 * One point of all processes that measured it.
 *
 * @param first of the measurements, for what they have in common
 * @param seconds the median of all iterations
 * @param low the fifth percentile
 * @param high the 95th
 * @param efficiency the median over processes of the least time by the machine's peaks in that process, by the time
 *     measured there
 */
record Merged(Measurement first, double seconds, double low, double high, double efficiency) {
  static Merged of(List<Measurement> measurements) {
    double[] all = measurements.stream().flatMapToDouble(m -> Arrays.stream(m.seconds())).sorted().toArray();
    double[] shares =
        measurements.stream().mapToDouble(m -> m.value("predicted") / Statistics.median(m.seconds())).toArray();
    return new Merged(
        measurements.getFirst(),
        Statistics.median(all),
        all[(int) (0.05 * (all.length - 1))],
        all[(int) Math.ceil(0.95 * (all.length - 1))],
        Statistics.median(shares));
  }
}
