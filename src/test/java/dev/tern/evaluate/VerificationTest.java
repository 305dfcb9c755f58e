package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.LoadedModel;
import dev.tern.kernel.ActivationPrecision;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every family gives the reference logits, however the tokens are fed. */
class VerificationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama3-rope",
        "llama-yarn",
        "qwen2",
        "qwen3",
        "granite",
        "olmo2",
        "smollm3",
        "gpt2",
        "gemma2",
        "gemma3",
        "gpt-oss",
        "mixtral",
        "olmoe",
        "qwen3moe",
        "deepseek2",
        "qwen35",
        "qwen35moe",
        "qwen3next",
        "mamba2",
        "granitehybrid",
        "falcon-h1",
        "rwkv7",
        "lfm2",
        "lfm2moe"
      })
  void givesTheReferenceLogits(String family) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    verify(directory, directory.resolve("model.gguf"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama3-rope",
        "llama-yarn",
        "mistral-sliding",
        "qwen2",
        "qwen3",
        "granite",
        "olmo2",
        "smollm3",
        "phi3",
        "gpt2",
        "gemma2",
        "gemma3",
        "gpt-oss",
        "mixtral",
        "olmoe",
        "qwen3moe",
        "deepseek2",
        "deepseek2-lite",
        "bert",
        "distilbert",
        "modernbert",
        "qwen35",
        "qwen35moe",
        "qwen3next",
        "mamba2",
        "granitehybrid",
        "falcon-h1",
        "nemotron-h",
        "jamba",
        "kimi-linear",
        "minimax-lightning",
        "lfm2",
        "lfm2moe"
      })
  void givesTheReferenceLogitsOfHuggingFaceDirectories(String family) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    verify(directory, directory);
  }

  private static void verify(Path directory, Path model) {
    var options = new LoadedModel.Options(2, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);
    try (Checkpoint checkpoint = ModelCheckpoints.open(model);
        LoadedModel loaded = LoadedModel.load(checkpoint, options)) {
      for (Verification.Result result : new Verification(loaded, Golden.read(directory)).run()) {
        assertTrue(result.error() < 1e-4, () -> model + ": " + result);
        assertEquals(1, result.agreement(), () -> model + ": " + result);
      }
    }
  }
}
