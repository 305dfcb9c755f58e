package dev.tern.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import dev.tern.quant.WeightForm;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose weights stay in their file compute what those with packed weights do. */
class WeightFormTest {
  private static final int[] PROMPT = {5, 6, 7, 8, 9, 10, 11};

  @ParameterizedTest
  @ValueSource(strings = {"llama/model.gguf", "llama", "mixtral/model.gguf", "qwen35/model.gguf", "gpt2/model.gguf"})
  void logitsAreTheSame(String name) {
    Path path = Shared.resource("golden/checkpoints").resolve(name);
    assertArrayEquals(logits(path, WeightForm.PACKED), logits(path, WeightForm.FILE));
  }

  /** After a prompt and after one token more; the checkpoint is closed by then. */
  private static float[][] logits(Path path, WeightForm form) {
    var options = new LoadedModel.Options(2, 0, ActivationPrecision.INT8, form, null, BuildOptions.DEFAULT);
    LoadedModel loaded;
    try (Checkpoint checkpoint = ModelCheckpoints.open(path)) {
      loaded = LoadedModel.load(checkpoint, options);
    }
    try (loaded;
        Sequence sequence = loaded.engine().sequence(new StateOptions(KvType.F32))) {
      assertEquals(form == WeightForm.FILE, loaded.weightBytes() == 0);
      Step step = new Step(sequence, new float[loaded.engine().network().vocabulary()]);
      loaded.engine().prefill(sequence, PROMPT, false, null, Engine.Go.ALWAYS);
      loaded.engine().decode(step.token(12));
      float[] first = step.logits().clone();
      loaded.engine().decode(step.token(13));
      assertTrue(first.length > 0);
      return new float[][] {first, step.logits().clone()};
    }
  }
}
