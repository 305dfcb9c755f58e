package dev.tern.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.TensorView;
import dev.tern.engine.LoadedModel;
import dev.tern.evaluate.Golden;
import dev.tern.evaluate.Verification;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.quant.Codecs;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Hugging Face directory becomes the GGUF file that the converter of llama.cpp made of it. */
class GoldenConversionTest {
  /** Names for people; and a context that the directory gives and the converter does not believe. */
  private static final Set<String> FREE = Set.of("general.name", "granitehybrid.context_length", "general.file_type");

  /** Keys that say what files without them mean, or that all runtimes know. */
  private static final Set<String> ADDED =
      Set.of(
          "vocab_size",
          "attention.sliding_window_pattern",
          "rope.freq_base",
          "attention.scale",
          "rope.scaling.attn_factor",
          "expert_weights_norm",
          "expert_weights_scale",
          "expert_feed_forward_length",
          "embedding_scale",
          "attention.key_length",
          "attention.value_length",
          "attention.layer_norm_epsilon",
          "rope.dimension_count");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama-yarn",
        "llama3-rope",
        "mixtral",
        "qwen2",
        "qwen3",
        "qwen3moe",
        "qwen35",
        "qwen35moe",
        "qwen3next",
        "gemma2",
        "gemma3",
        "gpt2",
        "gpt-oss",
        "granite",
        "granitehybrid",
        "smollm3",
        "olmo2",
        "olmoe",
        "deepseek2",
        "mamba2",
        "falcon-h1",
        "lfm2",
        "lfm2moe"
      })
  void writesTheFileThatOthersWrite(String family) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    Path out = folder.resolve("out.gguf");
    convert(directory, out);
    try (GgufFile expected = GgufFile.open(directory.resolve("model.gguf"));
        GgufFile written = GgufFile.open(out)) {
      expected.values().keySet().stream()
          .filter(key -> !FREE.contains(key) && !isDisputed(family, key))
          .forEach(key -> assertSame(key, expected, written));
      for (TensorView tensor : expected.tensors()) {
        TensorView found = written.find(tensor.name()).orElseThrow(() -> new AssertionError(tensor.name()));
        assertEquals(tensor.shape(), found.shape(), tensor.name());
        assertEquals(tensor.type(), found.type(), tensor.name());
        assertArrayEquals(values(tensor), values(found), 1e-6f, tensor.name());
      }
      assertEquals(Set.copyOf(expected.names()), Set.copyOf(written.names()));
      requireOnlyKnownKeys(expected, written);
    }
    verify(directory, out);
  }

  /** The converter goes by the family, whatever the tokenizer of this directory says. */
  private static boolean isDisputed(String family, String key) {
    return family.equals("gemma2")
        && Set.of("tokenizer.ggml.bos_token_id", "tokenizer.ggml.add_space_prefix").contains(key);
  }

  private static void convert(Path directory, Path out) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(directory)) {
      assertTrue(
          new Quantization(checkpoint, QuantizationOptions.of(Scheme.BF16))
              .write(out, (tensor, done, all) -> assertEquals(0, tensor.error()), () -> true));
    }
  }

  private static void assertSame(String key, GgufFile expected, GgufFile written) {
    assertTrue(written.values().containsKey(key), "missing " + key);
    Object value = expected.metadata().raw(key);
    Object found = written.metadata().raw(key);
    switch (value) {
      case Double real -> assertEquals(real, (Double) found, Math.abs(real) * 1e-6, key);
      case float[] reals -> assertArrayEquals(reals, (float[]) found, 1e-6f, key);
      case long[] integers -> assertArrayEquals(integers, (long[]) found, key);
      case boolean[] flags -> assertArrayEquals(flags, (boolean[]) found, key);
      case String[] texts -> assertArrayEquals(texts, (String[]) found, key);
      default -> assertEquals(value, found, key);
    }
    assertEquals(expected.values().get(key).type(), written.values().get(key).type(), key);
  }

  private static void requireOnlyKnownKeys(GgufFile expected, GgufFile written) {
    String prefix = expected.metadata().text("general.architecture") + ".";
    for (String key : written.values().keySet()) {
      if (key.startsWith(prefix) && !expected.values().containsKey(key)) {
        assertTrue(ADDED.contains(key.substring(prefix.length())), "a key of our own: " + key);
      }
    }
  }

  private static float[] values(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }

  private static void verify(Path directory, Path file) {
    var options = new LoadedModel.Options(1, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);
    try (Checkpoint checkpoint = GgufFile.open(file);
        LoadedModel model = LoadedModel.load(checkpoint, options)) {
      for (Verification.Result result : new Verification(model, Golden.read(directory)).run()) {
        assertTrue(result.error() < 1e-4, () -> file + ": " + result);
      }
    }
  }
}
