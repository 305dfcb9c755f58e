package dev.tern.adapter;

import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Logits;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

/** Logits of small models with adapters, in exact arithmetic. */
final class AdaptedLogits {
  static final StateOptions EXACT = new StateOptions(KvType.F32);

  private static final int[] IDS = IntStream.range(0, 19).map(i -> 7 * i % 200 + 11).toArray();

  private AdaptedLogits() {}

  static LoadedModel load(Path base) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(base)) {
      return load(checkpoint);
    }
  }

  static LoadedModel load(Checkpoint checkpoint) {
    return LoadedModel.load(checkpoint, new LoadedModel.Options(2, 0, ActivationPrecision.F32, BuildOptions.DEFAULT));
  }

  /** With adapters beside the weights. */
  static float[] wrapped(Path base, Map<Path, Float> adapters) {
    try (LoadedModel model = load(base)) {
      model.adapt(adapters);
      return of(model);
    }
  }

  /** With adapters merged into the weights in memory. */
  static float[] merged(Path base, Map<Path, Float> adapters) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(base);
        AdapterMerge merge = AdapterMerge.open(checkpoint, adapters);
        LoadedModel model = load(new MergedCheckpoint(checkpoint, merge, MergeType.F32))) {
      return of(model);
    }
  }

  static float[] of(Path base) {
    try (LoadedModel model = load(base)) {
      return of(model);
    }
  }

  static float[] of(LoadedModel model) {
    return Logits.of(model, IDS);
  }

  /** ‖a − b‖ / ‖b‖. */
  static double error(float[] a, float[] b) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < b.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      norm += Math.pow(b[i], 2);
    }
    return Math.sqrt(difference / norm);
  }
}
