package dev.tern.evaluate;

import dev.tern.engine.Engine;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import dev.tern.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares a decoder with reference logits, run in every way that must give the same result. */
public final class Verification {
  private static final StateOptions EXACT = new StateOptions(KvType.F32);
  private static final int[] UNEVEN = {1, 7, 2, 13, 5, 3, 16, 4};

  private final Engine engine;
  private final Golden golden;
  private final int vocabulary;

  public Verification(LoadedModel model, Golden golden) {
    engine = model.engine();
    vocabulary = engine.network().vocabulary();
    this.golden = golden;
  }

  /**
   * How one way compares.
   *
   * @param error ‖a − b‖ / ‖b‖ over all logits
   * @param agreement share of positions with the same likeliest token
   */
  public record Result(String way, double error, double agreement) {}

  /** All tokens at once, one by one, in uneven chunks, and the greedy continuation. */
  public List<Result> run() {
    return engine.network().isEncoder() ? new EncoderVerification(engine, golden).run() : runDecoder();
  }

  private List<Result> runDecoder() {
    List<Result> results = new ArrayList<>();
    results.add(compare("all at once", allAtOnce()));
    results.add(compare("one by one", oneByOne()));
    results.add(compare("uneven chunks", unevenChunks()));
    if (golden.greedy().length > 0) {
      results.add(greedy());
    }
    return results;
  }

  private float[] allAtOnce() {
    return prefill(golden.ids().length);
  }

  private float[] unevenChunks() {
    return prefill(UNEVEN);
  }

  private float[] prefill(int... chunks) {
    int[] ids = golden.ids();
    float[] logits = new float[ids.length * vocabulary];
    try (Sequence sequence = engine.sequence(EXACT)) {
      int from = 0;
      for (int i = 0; from < ids.length; i++) {
        int to = Math.min(ids.length, from + chunks[i % chunks.length]);
        engine.prefill(
            sequence,
            Arrays.copyOfRange(ids, from, to),
            true,
            (position, values, at) -> System.arraycopy(values, at, logits, position * vocabulary, vocabulary),
            Engine.Go.ALWAYS);
        from = to;
      }
    }
    return logits;
  }

  private float[] oneByOne() {
    int[] ids = golden.ids();
    float[] logits = new float[ids.length * vocabulary];
    try (Sequence sequence = engine.sequence(EXACT)) {
      Step step = new Step(sequence, new float[vocabulary]);
      for (int i = 0; i < ids.length; i++) {
        engine.decode(step.token(ids[i]));
        System.arraycopy(step.logits(), 0, logits, i * vocabulary, vocabulary);
      }
    }
    return logits;
  }

  private Result greedy() {
    int[] expected = golden.greedy();
    int same = 0;
    try (Sequence sequence = engine.sequence(EXACT)) {
      Step step = new Step(sequence, new float[vocabulary]);
      engine.prefill(
          sequence,
          golden.ids(),
          false,
          (position, values, at) -> System.arraycopy(values, at, step.logits(), 0, vocabulary),
          Engine.Go.ALWAYS);
      while (same < expected.length && Sampler.argmax(step.logits()) == expected[same]) {
        engine.decode(step.token(expected[same++]));
      }
    }
    double share = (double) same / expected.length;
    return new Result("greedy", 1 - share, share);
  }

  private Result compare(String way, float[] logits) {
    return compare(way, logits, golden.logits(), vocabulary);
  }

  /** Compares rows of {@code width} values. */
  static Result compare(String way, float[] values, float[] expected, int width) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      double d = (double) values[i] - expected[i];
      difference += d * d;
      norm += (double) expected[i] * expected[i];
    }
    int rows = expected.length / width;
    int same = 0;
    for (int row = 0; row < rows; row++) {
      same += largest(values, row, width) == largest(expected, row, width) ? 1 : 0;
    }
    return new Result(way, Math.sqrt(difference / norm), (double) same / rows);
  }

  private static int largest(float[] values, int row, int width) {
    return Sampler.argmax(Arrays.copyOfRange(values, row * width, (row + 1) * width));
  }
}
