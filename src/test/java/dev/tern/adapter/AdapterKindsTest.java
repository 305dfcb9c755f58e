package dev.tern.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.GgufWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.checkpoint.TensorWriter;
import dev.tern.evaluate.GoldenAdapters;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of adapter does the same beside the weights as merged into them. */
class AdapterKindsTest {
  private static final Path LLAMA = Shared.resource("golden/checkpoints/llama");
  private static final Path GEMMA = Shared.resource("golden/checkpoints/gemma2");
  private static final Path GPT2 = Shared.resource("golden/checkpoints/gpt2");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"lora-r4", "rslora-r8-qv", "dora-r4", "lora-patterns", "ia3", "two-adapters.json"})
  void goldenAdapters(String name) {
    Map<Path, Float> weights = GoldenAdapters.open(Shared.resource("golden/adapters").resolve(name)).weights();
    sameBesideAndMerged(LLAMA, weights);
    sameBesideAndMerged(LLAMA.resolve("model.gguf"), weights);
  }

  @Test
  void allKindsTogetherWithWeights() {
    Map<Path, Float> weights = new LinkedHashMap<>();
    Path golden = Shared.resource("golden/adapters");
    weights.put(golden.resolve("lora-r4"), 0.7f);
    weights.put(golden.resolve("dora-r4"), 0.4f);
    weights.put(golden.resolve("ia3"), -0.5f);
    weights.put(ia3OnUp("other-ia3"), 0.25f);
    weights.put(trained("trained"), 0.3f);
    sameBesideAndMerged(LLAMA.resolve("model.gguf"), weights);
  }

  /** Factors on inputs of linears that other adapters change as well. */
  private Path ia3OnUp(String name) {
    PeftFiles peft = new PeftFiles(3);
    peft.config().put("peft_type", "IA3").put("feedforward_modules", ".*(up|down)_proj");
    peft.values("model.layers.1.mlp.up_proj.ia3_l", 1, 0.3, 1, 64);
    peft.values("model.layers.1.mlp.down_proj.ia3_l", 1, 0.3, 1, 128);
    return peft.write(directory.resolve(name));
  }

  /** Modules that were trained as a whole. */
  private Path trained(String name) {
    PeftFiles peft = new PeftFiles(4).lora("model.layers.0.mlp.gate_proj", 128, 64);
    peft.config().putArray("modules_to_save").add("down_proj").add("lm_head");
    peft.random("model.layers.1.mlp.down_proj.weight", 64, 128);
    peft.random("model.layers.2.self_attn.q_proj.modules_to_save.weight", 64, 64);
    peft.random("lm_head.weight", 384, 64);
    peft.random("model.embed_tokens.weight", 384, 64);
    return peft.write(directory.resolve(name));
  }

  @Test
  void trainedModules() {
    sameBesideAndMerged(LLAMA, Map.of(trained("trained"), 1f));
    sameBesideAndMerged(LLAMA.resolve("model.gguf"), Map.of(trained("half"), 0.5f));
  }

  @Test
  void embeddingsAndHeads() {
    PeftFiles peft = new PeftFiles(5);
    peft.random("model.embed_tokens.lora_embedding_A", 4, 384);
    peft.random("model.embed_tokens.lora_embedding_B", 64, 4);
    peft.random("model.embed_tokens.base_layer.weight", 384, 64);
    peft.lora("lm_head", 384, 64);
    Path adapter = peft.write(directory.resolve("adapter"));
    sameBesideAndMerged(LLAMA, Map.of(adapter, 1f));
    sameBesideAndMerged(LLAMA.resolve("model.gguf"), Map.of(adapter, 0.7f));
  }

  /** The head is the embedding: a change of one leaves the other alone. */
  @Test
  void tiedEmbeddingsAndHeads() {
    PeftFiles embedding = new PeftFiles(6);
    embedding.random("model.embed_tokens.lora_embedding_A", 4, 384);
    embedding.random("model.embed_tokens.lora_embedding_B", 64, 4);
    PeftFiles head = new PeftFiles(7).lora("lm_head", 384, 64);
    for (PeftFiles peft : new PeftFiles[] {embedding, head}) {
      Path adapter = peft.write(directory.resolve("adapter" + System.identityHashCode(peft)));
      sameBesideAndMerged(GEMMA, Map.of(adapter, 1f));
      sameBesideAndMerged(GEMMA.resolve("model.gguf"), Map.of(adapter, 1f));
      Path written = directory.resolve("written" + System.identityHashCode(peft));
      MergedFiles.write(GEMMA, Map.of(adapter, 1f), MergeType.F32, written);
      assertSame(AdaptedLogits.of(written), AdaptedLogits.wrapped(GEMMA, Map.of(adapter, 1f)));
    }
  }

  /** Biases are scaled with the rest of the output, and may be replaced. */
  @Test
  void biases() {
    PeftFiles ia3 = new PeftFiles(8);
    ia3.config().put("peft_type", "IA3").putArray("feedforward_modules");
    ia3.values("transformer.h.0.attn.c_attn.ia3_l", 1, 0.3, 192, 1);
    ia3.values("transformer.h.0.mlp.c_proj.ia3_l", 1, 0.3, 64, 1);
    PeftFiles dora = new PeftFiles(9).lora("transformer.h.1.mlp.c_fc", 256, 64);
    dora.config().put("use_dora", true).put("fan_in_fan_out", true);
    dora.values("transformer.h.1.mlp.c_fc.lora_magnitude_vector", 1, 0.1, 256);
    Map<Path, Float> weights = new LinkedHashMap<>();
    weights.put(ia3.write(directory.resolve("ia3")), 0.8f);
    weights.put(dora.write(directory.resolve("dora")), 1.1f);
    sameBesideAndMerged(GPT2, weights);
    sameBesideAndMerged(GPT2.resolve("model.gguf"), weights);
  }

  private static void sameBesideAndMerged(Path base, Map<Path, Float> weights) {
    float[] beside = AdaptedLogits.wrapped(base, weights);
    assertSame(AdaptedLogits.merged(base, weights), beside);
    assertTrue(AdaptedLogits.error(AdaptedLogits.of(base), beside) > 1e-3, "the adapter changes nothing");
  }

  private static void assertSame(float[] logits, float[] expected) {
    double error = AdaptedLogits.error(logits, expected);
    assertTrue(error < 1e-4, () -> "error " + error);
  }

  @Test
  void quantizedBases() {
    Path base = quantized(LLAMA.resolve("model.gguf"));
    Map<Path, Float> weights = Map.of(Shared.resource("golden/adapters/dora-r4"), 0.5f);
    sameBesideAndMerged(base, weights);
    Path written = directory.resolve("merged.gguf");
    MergedFiles.write(base, weights, MergeType.KEEP, written);
    try (GgufFile file = GgufFile.open(written)) {
      assertEquals(TensorType.Q8_0, file.find("blk.0.attn_q.weight").orElseThrow().type());
    }
    double error = AdaptedLogits.error(AdaptedLogits.of(written), AdaptedLogits.wrapped(base, weights));
    assertTrue(error < 0.1, () -> "error " + error);
  }

  /** The matrices of layers in 8 bits. */
  private Path quantized(Path base) {
    Path path = directory.resolve("quantized.gguf");
    try (GgufFile file = GgufFile.open(base)) {
      List<TensorInfo> infos = file.tensors().stream().map(t -> new TensorInfo(t.name(), type(t), t.shape())).toList();
      try (TensorWriter writer = GgufWriter.create(path, file.values(), infos)) {
        for (TensorView tensor : file.tensors()) {
          TensorView copy = AdapterMerge.merged(tensor, type(tensor), Arena.ofAuto(), (_, values) -> values);
          writer.write(tensor.name(), copy.data());
        }
        writer.finish();
      }
    }
    return path;
  }

  private static TensorType type(TensorView tensor) {
    return tensor.shape().size() == 2 && tensor.name().startsWith("blk.") ? TensorType.Q8_0 : tensor.type();
  }
}
