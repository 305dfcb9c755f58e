package dev.tern.adapter;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.checkpoint.GgufValue;
import dev.tern.checkpoint.GgufWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorWriter;
import dev.tern.engine.LoadedModel;
import dev.tern.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Adapters in GGUF's form, made from those in PEFT's. */
class GgufAdapterTest {
  private static final Path MIXTRAL = Shared.resource("golden/checkpoints/mixtral");

  @TempDir private Path directory;

  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<TensorInfo, float[]> tensors = new LinkedHashMap<>();

  GgufAdapterTest() {
    metadata.put("general.type", "adapter");
    metadata.put("adapter.type", "lora");
    metadata.put("general.architecture", "llama");
    metadata.put("adapter.lora.alpha", 8.0);
  }

  private void tensor(String name, float[] values, Long... shape) {
    tensors.put(new TensorInfo(name, TensorType.F32, List.of(shape)), values);
  }

  private Path write(String name) {
    Path path = directory.resolve(name);
    Map<String, GgufValue> values = new LinkedHashMap<>();
    metadata.forEach((key, value) -> values.put(key, GgufValue.of(value)));
    try (TensorWriter writer = GgufWriter.create(path, values, tensors.keySet())) {
      tensors.forEach((info, data) -> writer.write(info.name(), MemorySegment.ofArray(data)));
      writer.finish();
    }
    return path;
  }

  /** Experts come stacked, and the embedding's first factor by token. */
  @Test
  void stackedExpertsAndEmbeddings() {
    PeftFiles peft = new PeftFiles(1);
    float[] downs = new float[4 * 4 * 64];
    float[] ups = new float[4 * 128 * 4];
    for (int e = 0; e < 4; e++) {
      String module = "model.layers.1.block_sparse_moe.experts." + e + ".w3";
      peft.lora(module, 128, 64);
      System.arraycopy(peft.values(module + ".lora_A.weight"), 0, downs, e * 256, 256);
      System.arraycopy(peft.values(module + ".lora_B.weight"), 0, ups, e * 512, 512);
    }
    peft.random("model.embed_tokens.lora_embedding_A", 4, 384).random("model.embed_tokens.lora_embedding_B", 64, 4);
    tensor("blk.1.ffn_up_exps.weight.lora_a", downs, 4L, 4L, 64L);
    tensor("blk.1.ffn_up_exps.weight.lora_b", ups, 4L, 128L, 4L);
    tensor(
        "token_embd.weight.lora_a", transposed(peft.values("model.embed_tokens.lora_embedding_A"), 4, 384), 384L, 4L);
    tensor("token_embd.weight.lora_b", peft.values("model.embed_tokens.lora_embedding_B"), 64L, 4L);
    Path gguf = write("adapter.gguf");
    float[] expected = AdaptedLogits.wrapped(MIXTRAL, Map.of(peft.write(directory.resolve("peft")), 1f));
    for (Path base : List.of(MIXTRAL, MIXTRAL.resolve("model.gguf"))) {
      assertTrue(AdaptedLogits.error(AdaptedLogits.wrapped(base, Map.of(gguf, 1f)), expected) < 1e-4);
      assertTrue(AdaptedLogits.error(AdaptedLogits.merged(base, Map.of(gguf, 1f)), expected) < 1e-4);
    }
  }

  private static float[] transposed(float[] values, int rows, int cols) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i % cols * rows + i / cols] = values[i];
    }
    return result;
  }

  @Test
  void refusals() {
    try (LoadedModel model = AdaptedLogits.load(Shared.resource("golden/checkpoints/llama/model.gguf"))) {
      String name = "blk.0.attn_q.weight.lora_a";
      tensor(name, new float[256], 4L, 64L);
      refused(model, name, "blk.0.attn_q.weight.lora_b", "none");
      tensor("blk.0.attn_q.weight.lora_b", new float[128], 32L, 4L);
      refused(model, "lora_b", "[64, rank]", "[32, 4]", "blk.0.attn_q");
      tensors.clear();
      tensor("blk.0.attn_x.weight.lora_a", new float[256], 4L, 64L);
      tensor("blk.0.attn_x.weight.lora_b", new float[256], 64L, 4L);
      refused(model, "blk.0.attn_x");
      tensors.clear();
      tensor("blk.0.attn_q.weight", new float[256], 4L, 64L);
      refused(model, "blk.0.attn_q.weight", "lora_a");
      metadata.put("general.architecture", "qwen2");
      refused(model, "general.architecture", "llama", "qwen2");
      metadata.put("adapter.type", "control_vector");
      refused(model, "adapter.type", "lora", "control_vector");
      metadata.put("general.type", "model");
      refused(model, "general.type", "adapter", "model");
    }
  }

  private void refused(LoadedModel model, String... parts) {
    Path path = write("refused" + System.nanoTime() + ".gguf");
    String message = assertThrows(CheckpointException.class, () -> model.adapter(path)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + message + "' lacks '" + part + "'");
    }
  }
}
