package dev.tern.study.sweep;

import dev.tern.evaluate.MixerWork;
import dev.tern.evaluate.Work;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A point while it is described. */
final class Point {
  private final Lab lab;
  private final String suite;
  private final String series;
  private final String phase;
  private final Map<String, Double> at = new LinkedHashMap<>();
  private final Map<String, Double> values = new LinkedHashMap<>();

  Point(Lab lab, String suite, String series, String phase) {
    this.lab = lab;
    this.suite = suite;
    this.series = series;
    this.phase = phase;
    value("peakBytes", lab.speed().readBytesPerSecond());
    value("peakFlops", lab.speed().flopsPerSecond());
    value("settled", lab.settled() ? 1 : 0);
  }

  /** Where it stands. */
  Point at(String key, double value) {
    at.put(key, value);
    return this;
  }

  /** Something known about it. */
  Point value(String key, double value) {
    values.put(key, value);
    return this;
  }

  /** What has to be done at the least, and the least time of its parts one after the other. */
  Point work(List<Work> parts) {
    Work total = parts.stream().reduce(Work.NONE, Work::plus);
    double predicted = parts.stream().mapToDouble(part -> part.seconds(lab.speed())).sum();
    return value("bytes", total.bytes()).value("flops", total.flops()).value("predicted", predicted);
  }

  /** The work of mixers alone, of which both parts are told. */
  Point work(MixerWork work) {
    return work(List.of(work.matrices(), work.state())).parts(work);
  }

  /** What the parts are, to be held against other peaks than those of this process. */
  Point parts(MixerWork work) {
    return value("matrixBytes", work.matrices().bytes())
        .value("matrixFlops", work.matrices().flops())
        .value("contextBytes", work.state().bytes())
        .value("contextFlops", work.state().flops());
  }

  /** Hands it over. */
  void seconds(double... seconds) {
    String group = lab.job().suite().name();
    lab.emit(new Measurement(lab.jobId(), suite, group, series, phase, lab.job().fork(), at, seconds, values));
  }
}
