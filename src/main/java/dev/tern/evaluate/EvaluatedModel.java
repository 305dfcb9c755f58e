package dev.tern.evaluate;

import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.Engine;
import dev.tern.engine.LoadedModel;
import dev.tern.layer.StateOptions;
import dev.tern.tokenizer.Tokenizer;
import dev.tern.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.Map;

/** A model with its tokenizer, and how it keeps its states. */
public final class EvaluatedModel implements AutoCloseable {
  private final LoadedModel model;
  private final Tokenizer tokenizer;
  private final StateOptions states;

  private EvaluatedModel(LoadedModel model, Tokenizer tokenizer, StateOptions states) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.states = states;
  }

  public static EvaluatedModel load(Path path, LoadedModel.Options options, StateOptions states) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(path)) {
      Tokenizer tokenizer = Tokenizers.of(checkpoint);
      return new EvaluatedModel(LoadedModel.load(checkpoint, options), tokenizer, states);
    }
  }

  /** Puts adapters in force; see {@link LoadedModel#adapt}. */
  public void adapt(Map<Path, Float> weights) {
    model.adapt(weights);
  }

  public Engine engine() {
    return model.engine();
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  public StateOptions states() {
    return states;
  }

  public Divergence.Side side() {
    return new Divergence.Side(engine(), states);
  }

  @Override
  public void close() {
    model.close();
  }
}
