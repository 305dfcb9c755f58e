package dev.tern.adapter;

import dev.tern.architecture.Fragment;
import dev.tern.layer.EmbeddingDelta;
import dev.tern.layer.Linear;
import dev.tern.layer.LinearDelta;
import dev.tern.quant.Packing;
import dev.tern.quant.RowSource;
import dev.tern.quant.Weights;
import dev.tern.tensor.NativeMemory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Binds changes of tensors to the linears that the rows of those tensors went to. */
public final class AdapterBinder {
  private final AdapterBase base;
  private final NativeMemory memory;
  private final Map<String, LinearDelta> deltas = new HashMap<>();
  private EmbeddingDelta embedding;

  private AdapterBinder(AdapterBase base, NativeMemory memory) {
    this.base = base;
    this.memory = memory;
  }

  /**
   * Loads an adapter: all of it or, with an exception, nothing.
   *
   * @throws dev.tern.error.CheckpointException if it is malformed, not supported or does not fit the base
   */
  public static BoundAdapter load(Path path, AdapterBase base) {
    try (AdapterFile file = AdapterFile.open(path)) {
      Map<String, TensorChange> changes = file.changes(base);
      AdapterBinder binder = new AdapterBinder(base, NativeMemory.expecting(file.bytes()));
      try {
        binder.bind(changes);
      } catch (RuntimeException | OutOfMemoryError e) {
        binder.memory.close();
        throw e;
      }
      return new BoundAdapter(path, binder.deltas, binder.embedding, binder.memory);
    }
  }

  /** In the order of the network, which is that of the memory. */
  private void bind(Map<String, TensorChange> changes) {
    LowRankBinder lowRanks = new LowRankBinder(memory);
    for (String tensor : base.tensors()) {
      TensorChange change = changes.get(tensor);
      if (change instanceof TensorChange.LowRank lowRank && lowRank.magnitude() == null) {
        lowRanks.add(lowRank, base.fragments(tensor));
      } else if (change != null) {
        base.fragments(tensor).forEach(part -> deltas.put(part.linear().name(), delta(change, part)));
      }
    }
    lowRanks.bind(deltas);
    if (changes.containsKey(AdapterBase.EMBEDDING)) {
      embedding = embedding(changes.get(AdapterBase.EMBEDDING));
    }
  }

  private EmbeddingDelta embedding(TensorChange change) {
    return switch (change) {
      case TensorChange.EmbeddingLowRank lowRank ->
          new EmbeddingDelta.LowRank(
              AdapterWeights.pack(lowRank.tokens(), memory),
              AdapterWeights.pack(lowRank.up(), memory),
              lowRank.scale());
      case TensorChange.Replacement replacement ->
          new EmbeddingDelta.Replacement(AdapterWeights.pack(replacement.matrix(), memory));
      default -> throw new IllegalStateException("embeddings have no change such as " + change);
    };
  }

  private LinearDelta delta(TensorChange change, Fragment fragment) {
    return switch (change) {
      case TensorChange.LowRank lowRank -> decomposed(lowRank, fragment);
      case TensorChange.OutputScale scale -> new LinearDelta.OutputScale(values(scale.factors(), fragment));
      case TensorChange.InputScale scale -> new LinearDelta.InputScale(scale.factors());
      case TensorChange.Replacement replacement -> replacement(replacement, fragment);
      case TensorChange.EmbeddingLowRank other -> throw new IllegalStateException("linears have no " + other);
    };
  }

  private LinearDelta decomposed(TensorChange.LowRank change, Fragment fragment) {
    RowSource tall = rows(change.up(), fragment);
    Weights down = Packing.pack(change.down(), AdapterWeights.floatLayout(change.down()), memory);
    Weights up = Packing.pack(tall, AdapterWeights.floatLayout(tall), memory);
    float[] lengths = values(change.magnitude(), fragment);
    float[] factors = DoraNorms.factors(fragment.linear(), down, up, change.scale(), lengths);
    return new LinearDelta.Decomposed(down, up, change.scale(), factors);
  }

  private LinearDelta replacement(TensorChange.Replacement change, Fragment fragment) {
    Linear linear = fragment.linear();
    float[] bias = change.bias() == null ? linear.bias() : values(change.bias(), fragment);
    Weights weights = AdapterWeights.pack(rows(change.matrix(), fragment), memory);
    return new LinearDelta.Replacement(new Linear(linear.name(), weights, bias));
  }

  /** Those rows of a matrix that went to a linear. */
  static RowSource rows(RowSource source, Fragment fragment) {
    return fragment.rows() == null ? source : source.permute(fragment.rows());
  }

  private static float[] values(float[] values, Fragment fragment) {
    if (values == null || fragment.rows() == null) {
      return values;
    }
    float[] chosen = new float[fragment.rows().length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = values[fragment.row(i)];
    }
    return chosen;
  }
}
