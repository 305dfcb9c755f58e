package dev.tern.convert;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import java.util.Arrays;
import java.util.List;

/**
 * Which types the matrices of a file get. The names, numbers and the mixtures of the K types are those of llama.cpp
 * (src/llama-quant.cpp): what errors spread from, values and the ways out of feed-forwards, gets more bits in some
 * layers, the output matrix in all schemes.
 */
public enum Scheme {
  F32(0, TensorType.F32, TensorType.F32),
  F16(1, TensorType.F16, TensorType.F16),
  BF16(32, TensorType.BF16, TensorType.BF16),
  Q8_0(7, TensorType.Q8_0, TensorType.Q8_0),
  Q4_0(2, TensorType.Q4_0, TensorType.Q6_K),
  Q4_1(3, TensorType.Q4_1, TensorType.Q6_K),
  Q5_0(8, TensorType.Q5_0, TensorType.Q6_K),
  Q5_1(9, TensorType.Q5_1, TensorType.Q6_K),
  Q2_K(
      10,
      TensorType.Q2_K,
      TensorType.Q6_K,
      all(Part.VALUE, TensorType.Q4_K),
      all(Part.DOWN, TensorType.Q3_K),
      all(Part.ATTENTION_OUTPUT, TensorType.Q3_K)),
  Q3_K_S(11, TensorType.Q3_K, TensorType.Q6_K),
  Q3_K_M(
      12,
      TensorType.Q3_K,
      TensorType.Q6_K,
      new Rule(Part.VALUE, (layer, layers) -> layer < 2, TensorType.Q5_K),
      all(Part.VALUE, TensorType.Q4_K),
      new Rule(Part.DOWN, (layer, layers) -> layer < layers / 16, TensorType.Q5_K),
      all(Part.DOWN, TensorType.Q4_K),
      all(Part.FUSED, TensorType.Q4_K),
      all(Part.ATTENTION_OUTPUT, TensorType.Q4_K)),
  Q3_K_L(
      13,
      TensorType.Q3_K,
      TensorType.Q6_K,
      all(Part.VALUE, TensorType.Q5_K),
      all(Part.DOWN, TensorType.Q5_K),
      all(Part.FUSED, TensorType.Q4_K),
      all(Part.ATTENTION_OUTPUT, TensorType.Q5_K)),
  Q4_K_S(
      14,
      TensorType.Q4_K,
      TensorType.Q6_K,
      new Rule(Part.VALUE, (layer, layers) -> layer < 4, TensorType.Q5_K),
      new Rule(Part.DOWN, (layer, layers) -> layer < layers / 8, TensorType.Q5_K)),
  Q4_K_M(
      15,
      TensorType.Q4_K,
      TensorType.Q6_K,
      new Rule(Part.VALUE, Scheme::isDelicate, TensorType.Q6_K),
      new Rule(Part.DOWN, Scheme::isDelicate, TensorType.Q6_K),
      all(Part.FUSED, TensorType.Q5_K)),
  Q5_K_S(16, TensorType.Q5_K, TensorType.Q6_K),
  Q5_K_M(
      17,
      TensorType.Q5_K,
      TensorType.Q6_K,
      new Rule(Part.VALUE, Scheme::isDelicate, TensorType.Q6_K),
      new Rule(Part.DOWN, Scheme::isDelicate, TensorType.Q6_K),
      all(Part.FUSED, TensorType.Q6_K)),
  Q6_K(18, TensorType.Q6_K, TensorType.Q6_K),
  IQ4_NL(25, TensorType.IQ4_NL, TensorType.Q6_K, all(Part.VALUE, TensorType.Q5_K)),
  IQ4_XS(30, TensorType.IQ4_XS, TensorType.Q6_K, all(Part.VALUE, TensorType.Q5_K)),
  TQ2_0(37, TensorType.TQ2_0, TensorType.Q6_K, all(Part.EMBEDDING, TensorType.Q4_K)),
  /** The experts only where there are any, as in gpt-oss. */
  MXFP4(38, TensorType.MXFP4, TensorType.Q8_0);

  private final int fileType;
  private final TensorType base;
  private final TensorType output;
  private final List<Rule> rules;

  Scheme(int fileType, TensorType base, TensorType output, Rule... rules) {
    this.fileType = fileType;
    this.base = base;
    this.output = output;
    this.rules = List.of(rules);
  }

  /**
   * The scheme of a name, whatever its case.
   *
   * @throws TernException that lists the names, if it is none
   */
  public static Scheme parse(String name) {
    return Arrays.stream(values())
        .filter(scheme -> scheme.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () -> new TernException("'%s': expected a type to quantize to: %s".formatted(name, List.of(values()))));
  }

  /** A type for a part in some layers; of several rules the first counts. */
  private record Rule(Part part, Where where, TensorType type) {}

  private interface Where {
    boolean test(int layer, int layers);
  }

  private static Rule all(Part part, TensorType type) {
    return new Rule(part, (layer, layers) -> true, type);
  }

  /** The first and the last eighth of the layers, and every third one between. */
  private static boolean isDelicate(int layer, int layers) {
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }

  /** The number of {@code general.file_type}. */
  public int fileType() {
    return fileType;
  }

  /** The type of most matrices. */
  public TensorType base() {
    return base;
  }

  /** The type of the output matrix, or of the embeddings that serve as one. */
  TensorType output() {
    return output;
  }

  boolean isFloat() {
    return base.blockSize() == 1;
  }

  TensorType typeOf(Part part, int layer, int layers) {
    return rules.stream()
        .filter(rule -> rule.part == part && rule.where.test(layer, layers))
        .map(Rule::type)
        .findFirst()
        .orElse(base);
  }
}
