package dev.tern;

import dev.tern.architecture.BuildOptions;
import dev.tern.convert.Scheme;
import dev.tern.engine.LoadedModel;
import dev.tern.error.TernException;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.quant.WeightForm;

/**
 * How a model is loaded; start from {@link #DEFAULT}.
 *
 * @param threads that compute, the caller's included; 0 for one per physical core
 * @param contextLength the most tokens a session may hold; 0 for what the model was trained for
 * @param experts active experts per token of a mixture of experts; 0 for the checkpoint's number
 * @param activations precision of activations in matrix products
 * @param attention how softmax attention looks at the context: {@code full}; {@code window:W[+sinks:S]}, the last W
 *     positions and the first S; or {@code blocks:B,top:K[,index:mean|bounds]}, the first block of B positions, a
 *     query's own and the K between whose keys, by their mean or their bounds, promise the greatest scores
 * @param repack whether weights are packed for speed; otherwise they stay mapped in their file, which loads at once and
 *     runs slower, with the same results
 * @param quantize what matrices of more bits are quantized to on the way, as {@code tern quantize --type} does ({@code
 *     q4_k_m}); empty for nothing
 */
public record ModelOptions(
    int threads,
    int contextLength,
    int experts,
    Precision activations,
    String attention,
    boolean repack,
    String quantize,
    Merging merging) {
  public static final ModelOptions DEFAULT = new ModelOptions(0, 0, 0, Precision.AUTO, "full", true, "", Merging.NONE);

  public ModelOptions {
    require(threads >= 0, "threads", threads);
    require(contextLength >= 0, "context length", contextLength);
    require(experts >= 0, "experts", experts);
    if (!repack && !merging.adapters().isEmpty()) {
      throw new TernException("merged adapters change the weights: they cannot stay in their file (repack is false)");
    }
  }

  /** Precision of activations in matrix products. */
  public enum Precision {
    /** Whichever suits the weights. */
    AUTO,
    /** Exact. */
    F32,
    /** Rounded to 8 bits where that is faster. */
    INT8
  }

  public ModelOptions withThreads(int threads) {
    return new ModelOptions(threads, contextLength, experts, activations, attention, repack, quantize, merging);
  }

  public ModelOptions withContextLength(int contextLength) {
    return new ModelOptions(threads, contextLength, experts, activations, attention, repack, quantize, merging);
  }

  public ModelOptions withExperts(int experts) {
    return new ModelOptions(threads, contextLength, experts, activations, attention, repack, quantize, merging);
  }

  public ModelOptions withActivations(Precision activations) {
    return new ModelOptions(threads, contextLength, experts, activations, attention, repack, quantize, merging);
  }

  public ModelOptions withAttention(String attention) {
    return new ModelOptions(threads, contextLength, experts, activations, attention, repack, quantize, merging);
  }

  public ModelOptions withRepack(boolean repack) {
    return new ModelOptions(threads, contextLength, experts, activations, attention, repack, quantize, merging);
  }

  public ModelOptions withQuantize(String quantize) {
    return new ModelOptions(threads, contextLength, experts, activations, attention, repack, quantize, merging);
  }

  public ModelOptions withMerging(Merging merging) {
    return new ModelOptions(threads, contextLength, experts, activations, attention, repack, quantize, merging);
  }

  LoadedModel.Options forEngine() {
    ActivationPrecision precision =
        switch (activations) {
          case AUTO, INT8 -> ActivationPrecision.INT8;
          case F32 -> ActivationPrecision.F32;
        };
    BuildOptions build = new BuildOptions(AttentionPolicy.parse(attention), experts);
    WeightForm weights = repack ? WeightForm.PACKED : WeightForm.FILE;
    Scheme quantization = quantize.isEmpty() ? null : Scheme.parse(quantize);
    return new LoadedModel.Options(threads, contextLength, precision, weights, quantization, build);
  }

  private static void require(boolean valid, String option, int found) {
    if (!valid) {
      throw new TernException("%s: expected 0 or more, found %d".formatted(option, found));
    }
  }
}
