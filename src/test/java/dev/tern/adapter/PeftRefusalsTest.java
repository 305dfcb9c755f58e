package dev.tern.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.Shared;
import dev.tern.engine.LoadedModel;
import dev.tern.error.CheckpointException;
import dev.tern.tensor.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not fit or is not supported is refused by name, and leaves nothing behind. */
class PeftRefusalsTest {
  private static final String UP = "model.layers.1.mlp.up_proj";

  private static LoadedModel model;

  @TempDir private Path directory;

  @BeforeAll
  static void load() {
    model = AdaptedLogits.load(Shared.resource("golden/checkpoints/llama/model.gguf"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static PeftFiles fitting() {
    return new PeftFiles(1).lora(UP, 128, 64);
  }

  private void refused(PeftFiles peft, String... parts) {
    Path path = peft.write(directory.resolve("adapter" + System.nanoTime()));
    long before = NativeMemory.liveBytes();
    String message = assertThrows(CheckpointException.class, () -> model.adapter(path)).getMessage();
    assertEquals(before, NativeMemory.liveBytes());
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + message + "' lacks '" + part + "'");
    }
  }

  private void refusedConfig(Consumer<ObjectNode> change, String... parts) {
    PeftFiles peft = fitting();
    change.accept(peft.config());
    refused(peft, parts);
  }

  @Test
  void theFittingOneIsAccepted() {
    try (BoundAdapter adapter = model.adapter(fitting().write(directory.resolve("fits")))) {
      assertEquals(1, adapter.targets());
    }
  }

  @Test
  void otherTypes() {
    refusedConfig(config -> config.put("peft_type", "LOHA"), "peft_type", "LORA or IA3", "LOHA");
    refusedConfig(config -> config.remove("peft_type"), "peft_type");
  }

  @Test
  void unsupportedOptions() {
    refusedConfig(config -> config.put("bias", "lora_only"), "bias", "none", "lora_only");
    refusedConfig(config -> config.put("lora_bias", true), "lora_bias");
    refusedConfig(config -> config.putArray("target_parameters").add("experts"), "target_parameters");
    refusedConfig(config -> config.putObject("layer_replication").put("a", 1), "layer_replication");
  }

  @Test
  void malformedOptions() {
    refusedConfig(config -> config.put("r", "four"), "'r'", "a number");
    refusedConfig(config -> config.put("target_modules", 3), "target_modules");
    refusedConfig(config -> config.put("target_modules", "(up"), "target_modules", "regular expression");
    refusedConfig(config -> config.put("lora_alpha", 1e300), UP, "finite");
    refusedConfig(config -> config.put("use_dora", "yes"), "use_dora");
  }

  @Test
  void patternsThatNeverEnd() {
    refusedConfig(config -> config.put("target_modules", "(([a-z._0-9]+)+)+X"), "target_modules", "steps");
  }

  @Test
  void otherShapes() {
    refused(new PeftFiles(1).lora(UP, 120, 64), UP + ".lora_B.weight", "[128, rank]", "blk.1.ffn_up", "[120, 4]");
    refused(new PeftFiles(1).lora(UP, 128, 72), UP + ".lora_A.weight", "[rank, 64]", "[4, 72]");
    PeftFiles ranks = new PeftFiles(1).random(UP + ".lora_A.weight", 4, 64).random(UP + ".lora_B.weight", 128, 8);
    refused(ranks, UP + ".lora_A.weight", UP + ".lora_B.weight", "[128, 8]");
    refusedConfig(config -> config.put("r", 8), UP + ".lora_A.weight", "8.0");
    refused(new PeftFiles(1).random(UP + ".lora_A.weight", 256).random(UP + ".lora_B.weight", 128, 4), UP);
  }

  @Test
  void unknownTargets() {
    refused(fitting().lora("model.layers.1.mlp.side_proj", 128, 64), "model.layers.1.mlp.side_proj.lora_A.weight");
    refused(fitting().lora("model.layers.7.mlp.up_proj", 128, 64), "model.layers.7.mlp.up_proj", "llama");
    refused(fitting().random("model.layers.1.input_layernorm.weight", 64), "model.layers.1.input_layernorm");
    refused(fitting().random(UP + ".hada_w1_a", 4, 64), UP + ".hada_w1_a");
  }

  @Test
  void halvesOfPairs() {
    refused(new PeftFiles(1).random(UP + ".lora_A.weight", 4, 64), UP + ".lora_A.weight", "UP");
    refused(new PeftFiles(1).random(UP + ".lora_B.weight", 128, 4), UP + ".lora_B.weight", "DOWN");
  }

  @Test
  void targetsThatAreLeftOut() {
    refusedConfig(config -> config.putArray("target_modules").add("q_proj"), UP, "targets");
    refusedConfig(config -> config.put("exclude_modules", ".*up_proj"), UP);
    refusedConfig(config -> config.putArray("exclude_modules").add("up_proj"), UP);
    refusedConfig(
        config -> {
          config.putArray("target_modules").add("up_proj");
          config.putArray("layers_to_transform").add(0).add(2);
        },
        UP);
  }

  @Test
  void magnitudesWithoutTheOption() {
    refused(fitting().random(UP + ".lora_magnitude_vector", 128), "use_dora", UP);
    refusedConfig(config -> config.put("use_dora", true), "use_dora", UP);
    PeftFiles peft = fitting().random(UP + ".lora_magnitude_vector", 100);
    peft.config().put("use_dora", true);
    refused(peft, UP + ".lora_magnitude_vector", "128", "[100]");
  }

  @Test
  void otherEmbeddings() {
    PeftFiles peft = fitting();
    peft.random("model.embed_tokens.lora_embedding_A", 4, 400).random("model.embed_tokens.lora_embedding_B", 64, 4);
    refused(peft, "model.embed_tokens.lora_embedding_A", "token_embd", "[384, 64]");
    refused(fitting().random("model.embed_tokens.weight", 390, 64), "model.embed_tokens.weight", "[384, 64]");
    PeftFiles resized = fitting();
    resized.random("lm_head.lora_A.weight", 4, 64).random("lm_head.lora_B.weight", 384, 4);
    resized.random("lm_head.base_layer.weight", 390, 64);
    refused(resized, "lm_head.base_layer.weight", "[384, 64]", "[390, 64]");
  }

  @Test
  void missingFiles() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertTrue(
        assertThrows(CheckpointException.class, () -> model.adapter(empty)).getMessage().contains("adapter_config"));
    Path none = directory.resolve("none");
    assertThrows(CheckpointException.class, () -> model.adapter(none));
    Files.writeString(empty.resolve("adapter_config.json"), "{\"peft_type\":\"LORA\"}");
    assertTrue(
        assertThrows(CheckpointException.class, () -> model.adapter(empty))
            .getMessage()
            .contains("adapter_model.safetensors"));
  }
}
