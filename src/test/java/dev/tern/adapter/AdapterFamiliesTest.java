package dev.tern.adapter;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.checkpoint.HuggingFaceDirectory;
import dev.tern.checkpoint.SafetensorsWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.checkpoint.TensorWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A random LoRA on every linear of a family, its experts and linear mixers included: beside the weights and merged, on
 * either form of the base, it does what adding {@code B·A} to the weights of the Hugging Face directory does.
 */
class AdapterFamiliesTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "smollm3",
        "gemma2",
        "phi3",
        "gpt2",
        "mixtral",
        "qwen3moe",
        "deepseek2",
        "granitehybrid",
        "falcon-h1",
        "qwen35",
        "qwen3next"
      })
  void adaptersOnEverything(String family) throws IOException {
    Path base = Shared.resource("golden/checkpoints").resolve(family);
    PeftFiles peft = new PeftFiles(family.hashCode());
    Path changed = Files.createDirectory(directory.resolve("changed"));
    change(base, peft, changed);
    Path adapter = peft.write(directory.resolve("adapter"));
    float[] expected = AdaptedLogits.of(changed);
    assertTrue(AdaptedLogits.error(AdaptedLogits.of(base), expected) > 1e-2, "the adapter changes nothing");
    check("beside the directory", AdaptedLogits.wrapped(base, Map.of(adapter, 1f)), expected);
    check("merged into the directory", AdaptedLogits.merged(base, Map.of(adapter, 1f)), expected);
    Path gguf = base.resolve("model.gguf");
    if (Files.exists(gguf)) {
      check("beside GGUF", AdaptedLogits.wrapped(gguf, Map.of(adapter, 1f)), expected);
      check("merged into GGUF", AdaptedLogits.merged(gguf, Map.of(adapter, 1f)), expected);
    }
    Path written = directory.resolve("written");
    MergedFiles.write(base, Map.of(adapter, 1f), MergeType.F32, written);
    check("written as a directory", AdaptedLogits.of(written), expected);
  }

  private static void check(String what, float[] logits, float[] expected) {
    double error = AdaptedLogits.error(logits, expected);
    assertTrue(error < 1e-4, () -> what + ": error " + error);
  }

  /** Adds {@code B·A} to every matrix of a directory. */
  private static void change(Path base, PeftFiles peft, Path to) throws IOException {
    try (HuggingFaceDirectory directory = HuggingFaceDirectory.open(base)) {
      List<TensorInfo> infos =
          directory.tensors().stream().map(t -> new TensorInfo(t.name(), TensorType.F32, t.shape())).toList();
      try (TensorWriter writer = SafetensorsWriter.create(to.resolve("model.safetensors"), Map.of(), infos)) {
        for (TensorView tensor : directory.tensors()) {
          float[] values = TargetOrder.values(tensor);
          if (isLinear(tensor)) {
            add(tensor, peft, values);
          }
          writer.write(tensor.name(), MemorySegment.ofArray(values));
        }
        writer.finish();
      }
    }
    try (Stream<Path> files = Files.list(base)) {
      for (Path file : files.filter(file -> file.toString().endsWith("json")).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static boolean isLinear(TensorView tensor) {
    return tensor.shape().size() == 2
        && tensor.name().endsWith(".weight")
        && !tensor.name().matches(".*(embed_tokens|wte|wpe|kv_b_proj|conv1d|lm_head).*");
  }

  /** GPT-2's matrices are {@code [in, out]}. */
  private static void add(TensorView tensor, PeftFiles peft, float[] values) {
    boolean transposed = tensor.name().contains(".c_");
    int out = transposed ? tensor.cols() : tensor.rows();
    int in = transposed ? tensor.rows() : tensor.cols();
    String module = tensor.name().substring(0, tensor.name().length() - ".weight".length());
    float[] product = peft.lora(module, out, in).product(module);
    for (int i = 0; i < product.length; i++) {
      values[transposed ? i % in * out + i / in : i] += product[i];
    }
  }
}
