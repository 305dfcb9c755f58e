package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.convert.Importance;
import dev.tern.convert.Quantization;
import dev.tern.convert.QuantizationOptions;
import dev.tern.convert.Scheme;
import dev.tern.engine.Engine;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Sequence;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import dev.tern.tensor.Activations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
  private static final Path MODEL = Path.of("models/java-6m-q8_0.gguf");
  private static final StateOptions STATES = new StateOptions(KvType.F32);
  private static final LoadedModel.Options OPTIONS =
      new LoadedModel.Options(2, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);

  @TempDir Path folder;

  @Test
  void observesEveryLinearOfEveryTokenOnce() {
    Path mixtral = Shared.resource("golden/checkpoints/mixtral/model.gguf");
    Map<String, Integer> rows = new TreeMap<>();
    try (EvaluatedModel model = EvaluatedModel.load(mixtral, OPTIONS, STATES);
        Sequence sequence = model.engine().sequence(STATES)) {
      model
          .engine()
          .observe((linear, in, row, count) -> rows.merge(linear.name(), checked(in, row, count), Integer::sum));
      model.engine().prefill(sequence, new int[] {1, 2, 3, 4, 5}, true, (position, logits, at) -> {}, Engine.Go.ALWAYS);
      model.engine().observe(null);
      model.engine().prefill(sequence, new int[] {6}, false, null, Engine.Go.ALWAYS);
    }
    assertEquals(5, rows.get("blk.0.attn_q"));
    assertEquals(5, rows.get("output"));
    int experts = 0;
    for (Map.Entry<String, Integer> entry : rows.entrySet()) {
      experts += entry.getKey().matches("blk\\.1\\.ffn_down\\.\\d+") ? entry.getValue() : 0;
    }
    assertEquals(2 * 5, experts, "two experts for each token");
  }

  private static int checked(Activations in, int row, int count) {
    assertTrue(row >= 0 && row + count <= in.rows());
    return count;
  }

  @Test
  void lowersTheDivergenceOnAnotherText() throws IOException {
    double plain = divergence(Importance.NONE);
    try (EvaluatedModel model = EvaluatedModel.load(MODEL, OPTIONS, STATES)) {
      int[] ids = ids(model, "src/main/java/dev/tern/layer/MixtureOfExperts.java", 1500);
      Importance importance = Calibration.of(model.engine(), STATES, ids, Windows.disjoint(512));
      double calibrated = divergence(importance);
      assertTrue(calibrated < 0.95 * plain, () -> calibrated + " against " + plain);
    }
  }

  private double divergence(Importance importance) throws IOException {
    Path out = folder.resolve("out.gguf");
    try (Checkpoint checkpoint = ModelCheckpoints.open(MODEL)) {
      new Quantization(checkpoint, new QuantizationOptions(Scheme.Q2_K, List.of(), importance))
          .write(out, (tensor, done, all) -> {}, () -> true);
    }
    try (EvaluatedModel model = EvaluatedModel.load(out, OPTIONS, STATES);
        EvaluatedModel reference = EvaluatedModel.load(MODEL, OPTIONS, STATES)) {
      int[] ids = ids(model, "src/main/java/dev/tern/evaluate/Windows.java", 500);
      return Statistics.mean(Divergence.of(model.side(), reference.side(), ids, Windows.disjoint(256)).divergence());
    }
  }

  private static int[] ids(EvaluatedModel model, String file, int most) throws IOException {
    int[] ids = model.tokenizer().encodePrompt(Files.readString(Path.of(file)));
    return Arrays.copyOf(ids, Math.min(ids.length, most));
  }
}
