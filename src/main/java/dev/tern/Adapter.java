package dev.tern;

import dev.tern.adapter.BoundAdapter;
import dev.tern.layer.WeightedAdapter;
import java.nio.file.Path;

/**
 * A fine-tune beside a model's weights: LoRA, rsLoRA, DoRA or IA³, loaded with {@link Model#loadAdapter}. Any number
 * may be attached to a session, and sessions with different ones are computed together.
 *
 * <pre>{@code
 * try (Adapter poems = model.loadAdapter(Path.of("poems"));
 *     Session session = model.session(SessionOptions.DEFAULT.withAdapter(poems, 0.8f))) {
 *   session.generate("The sea").text();
 * }
 * }</pre>
 */
public final class Adapter implements AutoCloseable {
  private final Model model;
  private final BoundAdapter bound;

  Adapter(Model model, BoundAdapter bound) {
    this.model = model;
    this.bound = bound;
  }

  public Path path() {
    return bound.path();
  }

  /** How many linears and embeddings it changes. */
  public int targets() {
    return bound.targets();
  }

  /** Bytes of its weights in memory. */
  public long bytes() {
    return bound.bytes();
  }

  Model model() {
    return model;
  }

  WeightedAdapter weighted(float weight) {
    return new WeightedAdapter(bound, weight);
  }

  /** Unloads it: its memory is freed as soon as it is attached to no session any more. */
  @Override
  public void close() {
    model.release(this);
    bound.close();
  }
}
