package dev.tern.engine;

import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.nio.file.Path;

/** What a checkpoint computes, for tests that compare two forms of one model. */
public final class Logits {
  private Logits() {}

  /** The logits {@code [ids, vocabulary]} after each of the tokens. */
  public static float[] of(Path path, LoadedModel.Options options, int... ids) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(path);
        LoadedModel model = LoadedModel.load(checkpoint, options)) {
      return of(model, ids);
    }
  }

  /** The logits {@code [ids, vocabulary]} after each of the tokens. */
  public static float[] of(LoadedModel model, int... ids) {
    int vocabulary = model.engine().network().vocabulary();
    float[] logits = new float[ids.length * vocabulary];
    try (Sequence sequence = model.engine().sequence(new StateOptions(KvType.F32))) {
      model
          .engine()
          .prefill(
              sequence,
              ids,
              true,
              (position, values, at) -> System.arraycopy(values, at, logits, position * vocabulary, vocabulary),
              Engine.Go.ALWAYS);
    }
    return logits;
  }
}
