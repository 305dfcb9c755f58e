package dev.tern.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorView;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Logits;
import dev.tern.error.TernException;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.quant.WeightForm;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantizing while loading is the same as converting first. */
class QuantizedLoadingTest {
  @TempDir Path folder;

  /** Not of families whose files have columns in another order than directories (the delta rule of Qwen3.5). */
  @ParameterizedTest
  @CsvSource({
    "llama/model.gguf, Q4_K_M",
    "llama/model.gguf, Q8_0",
    "gemma3, Q4_0",
    "gpt2, Q8_0",
    "mixtral/model.gguf, Q5_0",
    "gpt-oss, MXFP4",
    "deepseek2, Q8_0",
    "mamba2, Q3_K_M",
    "phi3, IQ4_NL",
    "lfm2moe, Q8_0",
    "minimax-lightning, Q4_1",
    "kimi-linear, BF16",
    "llama, Q4_K_M",
    "mixtral, Q8_0"
  })
  void givesTheLogitsOfTheConvertedFile(String family, Scheme scheme) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    Path file = folder.resolve("out.gguf");
    try (Checkpoint checkpoint = ModelCheckpoints.open(directory)) {
      new Quantization(checkpoint, QuantizationOptions.of(scheme)).write(file, (tensor, done, all) -> {}, () -> true);
    }
    float[] loaded = logits(directory, options(WeightForm.PACKED, scheme));
    assertSame(family, logits(file, options(WeightForm.PACKED, null)), loaded);
    boolean isExact = scheme == Scheme.BF16;
    float[] source = logits(directory, options(WeightForm.PACKED, null));
    assertEquals(isExact, IntStream.range(0, source.length).allMatch(i -> source[i] == loaded[i]));
  }

  /** Directories of Llama have rows of queries and keys in another order, in which scores are summed up. */
  private static void assertSame(String family, float[] expected, float[] found) {
    if (family.equals("llama") || family.equals("mixtral")) {
      assertArrayEquals(expected, found, 1e-5f);
    } else {
      assertArrayEquals(expected, found);
    }
  }

  /** Matrices of the directory that are derived stay while they are needed. */
  @ParameterizedTest
  @CsvSource({"gpt2", "mixtral", "gpt-oss", "deepseek2"})
  void derivedMatricesCanStayInTheirFile(String family) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    float[] packed = logits(directory, options(WeightForm.PACKED, null));
    assertArrayEquals(packed, logits(directory, options(WeightForm.FILE, null)), 1e-4f);
  }

  @Test
  void oneDerivedMatrixIsInMemory() {
    Path directory = Shared.resource("golden/checkpoints/gpt2");
    try (Checkpoint checkpoint = ModelCheckpoints.open(directory)) {
      TensorView first = checkpoint.find("blk.0.attn_qkv.weight").orElseThrow();
      assertTrue(first.data().scope().isAlive());
      TensorView vector = checkpoint.find("blk.0.attn_norm.weight").orElseThrow();
      assertTrue(first.data().scope().isAlive());
      TensorView second = checkpoint.find("blk.1.attn_qkv.weight").orElseThrow();
      assertFalse(first.data().scope().isAlive());
      assertTrue(second.data().scope().isAlive() && vector.data().scope().isAlive());
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(TernException.class, () -> options(WeightForm.FILE, Scheme.Q8_0));
    assertThrows(TernException.class, () -> Scheme.parse("q9_9"));
    assertEquals(Scheme.Q4_K_M, Scheme.parse("q4_k_m"));
  }

  private static LoadedModel.Options options(WeightForm form, Scheme scheme) {
    return new LoadedModel.Options(2, 0, ActivationPrecision.F32, form, scheme, BuildOptions.DEFAULT);
  }

  private static float[] logits(Path path, LoadedModel.Options options) {
    return Logits.of(path, options, 3, 17, 200, 45, 300, 8, 99);
  }
}
