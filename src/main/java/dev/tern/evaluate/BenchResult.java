package dev.tern.evaluate;

import dev.tern.kernel.KvType;
import java.util.Arrays;

/**
 * One measured case.
 *
 * @param fileBytes of the tensors in the file
 * @param weightBytes of the packed weights, which decoding reads once per token
 * @param seconds of each repetition
 */
public record BenchResult(
    String model,
    String architecture,
    long fileBytes,
    long parameters,
    long weightBytes,
    int threads,
    KvType cache,
    Throughput.Case what,
    double[] seconds) {

  /** Tokens per second of each repetition. */
  public double[] rates() {
    return Arrays.stream(seconds).map(value -> tokens() / value).toArray();
  }

  public int tokens() {
    return what.prompt() + what.generated();
  }

  /** Short, as other tools write it: pp512, tg128 @ d4096. */
  public String test() {
    String test = what.prompt() > 0 ? "pp" + what.prompt() : "tg" + what.generated();
    return what.depth() > 0 ? test + " @ d" + what.depth() : test;
  }
}
