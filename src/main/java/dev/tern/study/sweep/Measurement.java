package dev.tern.study.sweep;

import java.util.Map;

/**
 * One measured point.
 *
 * @param job that measured it
 * @param suite its kind: mixers, models, experts, adapters, quality
 * @param group name of the suite in the file
 * @param series what is compared: a mixer, a model, a policy
 * @param phase prefill, decode, state, …
 * @param fork number of the process
 * @param at where it stands: context, batch, rank, …
 * @param seconds of each iteration
 * @param values everything else: bytes, flops, predicted seconds, peaks of the machine, divergence, …
 */
public record Measurement(
    String job,
    String suite,
    String group,
    String series,
    String phase,
    int fork,
    Map<String, Double> at,
    double[] seconds,
    Map<String, Double> values) {

  public double at(String key) {
    return at.getOrDefault(key, Double.NaN);
  }

  public double value(String key) {
    return values.getOrDefault(key, Double.NaN);
  }
}
