package dev.tern.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.TensorView;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Logits;
import dev.tern.evaluate.Golden;
import dev.tern.evaluate.Verification;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.quant.Codecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  private static final LoadedModel.Options OPTIONS =
      new LoadedModel.Options(1, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);

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
    assertEquals(List.of(), convert(directory, out, Scheme.BF16));
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

  /** Families without a file to compare with: what is written has to run, and say what is peculiar about it. */
  @ParameterizedTest
  @CsvSource({
    "deepseek2-lite,",
    "jamba,",
    "kimi-linear,",
    "nemotron-h,",
    "phi3,",
    "minimax-lightning, architecture 'minimax' has no form that other runtimes read",
    "mistral-sliding, other runtimes do not heed key 'llama.attention.sliding_window'",
    "bert,",
    "distilbert, other runtimes do not heed key 'bert.classifier.activation'",
    "modernbert, other runtimes have no head for masked tokens ('output.bias')"
  })
  void writesFilesThatRun(String family, String note) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    Path out = folder.resolve("out.gguf");
    assertEquals(note == null ? List.of() : List.of(note), convert(directory, out, Scheme.BF16));
    verify(directory, out);
    try (GgufFile written = GgufFile.open(out)) {
      boolean isEncoder = family.endsWith("bert");
      String architecture = written.metadata().text("general.architecture");
      assertEquals(!isEncoder, written.metadata().flag(architecture + ".attention.causal", true));
      written.find("cls.output.weight").ifPresent(classes -> requireLabels(written, architecture, classes));
    }
  }

  private static void requireLabels(GgufFile written, String architecture, TensorView classes) {
    assertEquals(classes.rows(), written.metadata().texts(architecture + ".classifier.output_labels").size());
    assertEquals(4, written.metadata().count(architecture + ".pooling_type"));
  }

  /** Layers without a part have a count of 0, by which other runtimes know them; these are "M-M*M-". */
  @Test
  void countsAreByLayerInHybrids() {
    Path out = folder.resolve("out.gguf");
    convert(Shared.resource("golden/checkpoints/nemotron-h"), out, Scheme.BF16);
    try (GgufFile written = GgufFile.open(out)) {
      assertArrayEquals(
          new long[] {0, 0, 0, 2, 0, 0}, written.metadata().integers("nemotron_h.attention.head_count_kv"));
      assertArrayEquals(
          new long[] {0, 128, 0, 0, 0, 128}, written.metadata().integers("nemotron_h.feed_forward_length"));
    }
  }

  /** GGUF files of Falcon-H1 have its multipliers in their weights. */
  @Test
  void multipliersAreFolded() throws IOException {
    Path source = Shared.resource("golden/checkpoints/falcon-h1");
    Path directory = Files.createDirectory(folder.resolve("multiplied"));
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    String config = Files.readString(source.resolve("config.json"));
    Files.writeString(
        directory.resolve("config.json"),
        config
            .replaceAll("(\"(?:attention|ssm)_\\w+_multiplier\"): 1.0", "$1: 1.25")
            .replaceAll("(\"(?:key|embedding|lm_head)_multiplier\"): 1.0", "$1: 0.5")
            .replaceAll("(\"ssm_multipliers\"): \\[[^]]*]", "$1: [0.5, 2.0, 4.0, 0.25, 1.5]")
            .replaceAll("(\"mlp_multipliers\"): \\[[^]]*]", "$1: [0.5, 2.0]"));
    Path out = folder.resolve("out.gguf");
    assertEquals(List.of(), convert(directory, out, Scheme.F32));
    Golden golden = Golden.read(source);
    float[] expected = Logits.of(directory, OPTIONS, golden.ids());
    Golden changed = new Golden(golden.ids(), expected, null, new int[0]);
    assertFalse(Arrays.equals(golden.logits(), expected));
    verify(changed, out);
  }

  /** The converter goes by the family, whatever the tokenizer of this directory says. */
  private static boolean isDisputed(String family, String key) {
    return family.equals("gemma2")
        && Set.of("tokenizer.ggml.bos_token_id", "tokenizer.ggml.add_space_prefix").contains(key);
  }

  private static List<String> convert(Path directory, Path out, Scheme scheme) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(directory)) {
      Quantization quantization = new Quantization(checkpoint, QuantizationOptions.of(scheme));
      assertTrue(quantization.write(out, (tensor, done, all) -> assertEquals(0, tensor.error()), () -> true));
      return quantization.notes();
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
    verify(Golden.read(directory), file);
  }

  private static void verify(Golden golden, Path file) {
    try (Checkpoint checkpoint = GgufFile.open(file);
        LoadedModel model = LoadedModel.load(checkpoint, OPTIONS)) {
      for (Verification.Result result : new Verification(model, golden).run()) {
        assertTrue(result.error() < 1e-4, () -> file + ": " + result);
      }
    }
  }
}
