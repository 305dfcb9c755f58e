package dev.tern.convert;

import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Chooses the type of every tensor of one model. */
final class TensorTypes {
  /** Read as floats by all runtimes, and small: routers, convolutions, positions, the mixing weights of RWKV. */
  private static final Pattern ALWAYS_F32 =
      Pattern.compile(
          ".*(_norm|ffn_gate_inp|ffn_gate_inp_shexp|ssm_conv1d(_[qkv])?|shortconv\\.conv|_lerp\\w*|time_mix_first"
              + "|time_mix_[wavgr]0|time_mix_[kr]_[ka]|position_embd|token_types|rope_\\w+)\\.weight");

  private final Scheme scheme;
  private final List<TypeOverride> overrides;
  private final int layers;
  private final boolean hasOutput;
  private final boolean hasExperts;

  /**
   * @param names of all tensors of the model
   */
  TensorTypes(Scheme scheme, List<TypeOverride> overrides, Collection<String> names) {
    this.scheme = scheme;
    this.overrides = overrides;
    layers = 1 + names.stream().mapToInt(Part::layer).max().orElse(-1);
    hasOutput = names.contains("output.weight");
    hasExperts = names.stream().anyMatch(Part::isExpert);
  }

  /** The type for a tensor, whatever type it has now. */
  TensorType of(TensorInfo tensor) {
    for (TypeOverride override : overrides) {
      if (override.names().matcher(tensor.name()).find()) {
        return fitting(tensor, override.type());
      }
    }
    if (!isMatrix(tensor)) {
      return TensorType.F32;
    }
    TensorType wanted = wanted(tensor.name());
    long cols = tensor.shape().getLast();
    while (cols % wanted.blockSize() != 0) {
      wanted = fallback(wanted);
    }
    return wanted;
  }

  private static TensorType fitting(TensorInfo tensor, TensorType type) {
    if (tensor.shape().getLast() % type.blockSize() != 0) {
      throw new TernException(
          "tensor '%s': expected rows of a multiple of %d values for %s, found shape %s"
              .formatted(tensor.name(), type.blockSize(), type, tensor.shape()));
    }
    return type;
  }

  private static boolean isMatrix(TensorInfo tensor) {
    return tensor.shape().size() > 1
        && tensor.name().endsWith(".weight")
        && !ALWAYS_F32.matcher(tensor.name()).matches();
  }

  private TensorType wanted(String name) {
    Part part = Part.of(name);
    if (part == Part.OUTPUT || part == Part.EMBEDDING && !hasOutput) {
      return scheme.output();
    }
    if (scheme.isFloat()) {
      return scheme.base();
    }
    boolean small = part == Part.GATE || hasExperts && (part == Part.KEY || part == Part.VALUE);
    if (small || scheme == Scheme.MXFP4 && hasExperts && !Part.isExpert(name)) {
      return TensorType.Q8_0;
    }
    return scheme.typeOf(part, Part.layer(name), layers);
  }

  /** The next type with smaller blocks, and hardly fewer bits. */
  private static TensorType fallback(TensorType type) {
    return switch (type) {
      case Q2_K, Q3_K, TQ2_0, IQ4_XS -> TensorType.IQ4_NL;
      case Q4_K -> TensorType.Q5_0;
      case Q5_K -> TensorType.Q5_1;
      case Q6_K -> TensorType.Q8_0;
      default -> TensorType.BF16;
    };
  }
}
