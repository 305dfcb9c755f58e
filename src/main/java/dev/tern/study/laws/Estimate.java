package dev.tern.study.laws;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A fitted value.
 *
 * @param interval null without a bootstrap
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Estimate(double value, Interval interval) {
  public static Estimate of(double value, double[] replicates) {
    return new Estimate(value, Interval.of(replicates));
  }
}
