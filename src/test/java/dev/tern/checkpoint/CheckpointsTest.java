package dev.tern.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final Path LLAMA = Shared.resource("golden/checkpoints/llama");

  @TempDir Path folder;

  private String refusal(Path path) {
    return assertThrows(CheckpointException.class, () -> Checkpoints.open(path)).getMessage();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void readsDirectoriesInTheirOwnTerms() {
    try (Checkpoint checkpoint = Checkpoints.open(LLAMA)) {
      HuggingFaceDirectory directory = assertInstanceOf(HuggingFaceDirectory.class, checkpoint);
      Metadata metadata = directory.metadata();
      assertEquals("llama", metadata.text("model_type"));
      assertEquals(10000.0, metadata.real("rope_parameters.rope_theta"));
      assertEquals(List.of("LlamaForCausalLM"), metadata.texts("architectures"));
      assertFalse(metadata.flag("tie_word_embeddings", true));
      assertEquals(64, directory.config().get("hidden_size").intValue());
      assertEquals(2, directory.metadata("generation_config.json").orElseThrow().integer("eos_token_id"));
      assertTrue(directory.json("no.json").isEmpty());
      assertTrue(directory.file("tokenizer.json").isPresent());
      assertEquals(List.of(128L, 64L), directory.find("model.layers.0.mlp.up_proj.weight").orElseThrow().shape());
      assertEquals(30, directory.tensors().size());
    }
  }

  @Test
  void opensEverythingGiven() throws IOException {
    for (String root : List.of("golden", "models")) {
      try (Stream<Path> paths = Files.walk(Shared.path(root))) {
        for (Path path : paths.filter(CheckpointsTest::isCheckpoint).toList()) {
          try (Checkpoint checkpoint = Checkpoints.open(path)) {
            assertFalse(checkpoint.tensors().isEmpty(), path.toString());
          }
        }
      }
    }
  }

  private static boolean isCheckpoint(Path path) {
    boolean directory = Files.exists(path.resolve("config.json")) || Files.exists(path.resolve("model.gguf"));
    return directory || path.toString().endsWith(".gguf") || path.toString().endsWith(".safetensors");
  }

  @Test
  void infinityAsTransformersWritesIt() {
    try (Checkpoint mamba = Checkpoints.open(Shared.path("golden/checkpoints/mamba2"))) {
      assertArrayEquals(new float[] {0, Float.POSITIVE_INFINITY}, mamba.metadata().reals("time_step_limit"));
    }
  }

  @Test
  void flattensJson() throws IOException {
    Path file =
        write(
            "config.json",
            """
            {"a": {"b": {"c": 1}}, "none": null, "empty": [], "mixed": [1, "x", {"y": true}], "ints": [1, 2],
             "reals": [1, 2.5], "nested": [[1, 2], [3]], "big": 1000000000000000019884624838656, "f": [true, false]}
            """);
    Metadata metadata = new Metadata(file.toString(), JsonMetadata.flatten(file.toString(), Json.read(file)));
    assertEquals(1, metadata.integer("a.b.c"));
    assertFalse(metadata.has("none"));
    assertEquals(0, metadata.integers("empty").length);
    assertEquals(List.of(), metadata.texts("empty"));
    assertEquals("x", metadata.text("mixed.1"));
    assertTrue(metadata.flag("mixed.2.y", false));
    assertArrayEquals(new long[] {1, 2}, metadata.integers("ints"));
    assertArrayEquals(new float[] {1, 2}, metadata.reals("ints"));
    assertArrayEquals(new float[] {1, 2.5f}, metadata.reals("reals"));
    assertArrayEquals(new long[] {3}, metadata.integers("nested.1"));
    assertArrayEquals(new boolean[] {true, false}, metadata.flags("f"));
    assertEquals(1e30, metadata.real("big"));
    var wrong = assertThrows(CheckpointException.class, () -> metadata.integer("big"));
    assertTrue(wrong.getMessage().contains("expected an integer below 2^63"), wrong.getMessage());
  }

  @Test
  void aDirectoryWithOneGgufFileIsThatFile() throws IOException {
    Files.copy(LLAMA.resolve("model.gguf"), folder.resolve("model.gguf"));
    write("README.md", "");
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertInstanceOf(GgufFile.class, checkpoint);
    }
    Files.copy(LLAMA.resolve("model.gguf"), folder.resolve("other.gguf"));
    assertTrue(refusal(folder).endsWith("found model.gguf, other.gguf"), refusal(folder));
  }

  @Test
  void refusesWhatIsNoCheckpoint() throws IOException {
    assertTrue(refusal(folder).contains("found an empty directory"));
    assertTrue(refusal(folder.resolve("no")).contains("expected a file or directory, found none"));
    assertTrue(refusal(write("empty", "")).contains("an empty file"));
    assertTrue(refusal(write("a.txt", "hello")).contains("starts with bytes 68 65 6c 6c 6f"));
    assertTrue(refusal(write("a.gguf", "hello")).contains("expected the magic bytes GGUF"));
    assertTrue(refusal(write("config.json", "{}")).contains("bytes 7b 7d"));
    assertTrue(refusal(folder).contains("expected"), refusal(folder));
  }

  @Test
  void refusesPickles() throws IOException {
    assertTrue(refusal(write("pytorch_model.bin", "x")).contains("can run code"));
    assertTrue(refusal(folder).contains("pytorch_model.bin: expected weights as safetensors"));
    write("config.json", "{}");
    assertTrue(refusal(folder).contains("pytorch_model.bin: expected weights as safetensors"));
    assertTrue(refusal(write("model", "PK\u0003\u0004....")).contains("pickle"));
  }

  @Test
  void readsShards() throws IOException {
    Path whole = LLAMA.resolve("model.safetensors");
    Files.copy(whole, folder.resolve("a.safetensors"));
    Files.copy(whole, folder.resolve("b.safetensors"));
    write("config.json", "{}");
    Path index =
        write(
            "model.safetensors.index.json",
            """
            {"metadata": {"total_size": 7}, "weight_map":
             {"model.norm.weight": "b.safetensors", "lm_head.weight": "a.safetensors"}}
            """);
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertEquals(
          List.of("lm_head.weight", "model.norm.weight"), checkpoint.tensors().stream().map(TensorView::name).toList());
    }
    try (Checkpoint checkpoint = Checkpoints.open(index)) {
      assertEquals(7, checkpoint.metadata().integer("total_size"));
    }
  }

  @Test
  void refusesMalformedIndexes() throws IOException {
    Files.copy(LLAMA.resolve("model.safetensors"), folder.resolve("a.safetensors"));
    String form = "{\"weight_map\": {\"x\": %s}}";
    for (String shard :
        List.of("\"../a.safetensors\"", "\"/a.safetensors\"", "\"..\"", "1", "\"a\\u0000.safetensors\"")) {
      String message = refusal(write("model.safetensors.index.json", form.formatted(shard)));
      assertTrue(message.contains("a .safetensors file in the same directory"), message);
    }
    String missing = refusal(write("model.safetensors.index.json", form.formatted("\"b.safetensors\"")));
    assertTrue(missing.endsWith("b.safetensors: expected a file, found none"), missing);
    String absent = refusal(write("model.safetensors.index.json", form.formatted("\"a.safetensors\"")));
    assertTrue(absent.contains("tensor 'x': expected in a.safetensors, found no such tensor there"), absent);
    assertTrue(refusal(write("model.safetensors.index.json", "{}")).contains("weight_map"));
    assertTrue(refusal(write("model.safetensors.index.json", "[]")).contains("JSON object"));
  }
}
