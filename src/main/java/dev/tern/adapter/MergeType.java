package dev.tern.adapter;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.CheckpointException;
import dev.tern.quant.Codecs;

/** The type of tensors that adapters were merged into. */
public enum MergeType {
  /** That of the base: quantized weights are quantized again. */
  KEEP,
  F32,
  BF16;

  /** What a bias of a type becomes: biases are small, so nothing is gained by rounding them. */
  TensorType ofBias(TensorType type) {
    return this == F32 ? TensorType.F32 : type;
  }

  /** What a tensor of a type becomes. */
  TensorType of(String file, String tensor, TensorType type) {
    TensorType merged =
        switch (this) {
          case KEEP -> type;
          case F32 -> TensorType.F32;
          case BF16 -> TensorType.BF16;
        };
    if (!Codecs.of(merged).encodes()) {
      throw new CheckpointException(
          "%s: tensor '%s': type %s cannot be written: merge into bf16 or f32".formatted(file, tensor, merged));
    }
    return merged;
  }
}
