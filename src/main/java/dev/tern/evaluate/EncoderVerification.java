package dev.tern.evaluate;

import dev.tern.engine.Engine;
import dev.tern.tensor.Activations;
import java.util.Arrays;
import java.util.List;

/** Compares an encoder with reference hidden states and logits: a text alone, and among others of other lengths. */
final class EncoderVerification {
  private final Engine engine;
  private final Golden golden;

  EncoderVerification(Engine engine, Golden golden) {
    this.engine = engine;
    this.golden = golden;
  }

  /** What an encoder gives for the reference text. */
  private record Outputs(float[] hidden, float[] logits) {}

  List<Verification.Result> run() {
    int[] ids = golden.ids();
    Outputs alone = encode(List.of(ids), 0);
    Outputs together = encode(List.of(Arrays.copyOf(ids, 5), ids, Arrays.copyOf(ids, ids.length - 1)), 1);
    int width = engine.network().width();
    int classes = engine.network().head().outputs();
    return List.of(
        Verification.compare("hidden", alone.hidden, golden.hidden(), width),
        Verification.compare("logits", alone.logits, golden.logits(), classes),
        Verification.compare("hidden in batch", together.hidden, golden.hidden(), width),
        Verification.compare("logits in batch", together.logits, golden.logits(), classes));
  }

  private Outputs encode(List<int[]> texts, int wanted) {
    Outputs[] outputs = new Outputs[texts.size()];
    int[] index = {0};
    engine.encode(
        texts,
        (span, hidden, logits, row) ->
            outputs[index[0]++] =
                new Outputs(
                    copy(hidden, span.row(), golden.hidden().length), copy(logits, row, golden.logits().length)));
    return outputs[wanted];
  }

  private static float[] copy(Activations rows, int row, int count) {
    int from = rows.offset(row);
    return Arrays.copyOfRange(rows.data(), from, from + count);
  }
}
