package dev.tern.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GgufFileTest {
  private static final Path LLAMA = Shared.resource("golden/checkpoints/llama/model.gguf");

  @Test
  void readsMetadata() {
    try (GgufFile file = GgufFile.open(LLAMA)) {
      Metadata metadata = file.metadata();
      assertEquals("llama", metadata.text("general.architecture"));
      assertEquals(64, metadata.count("llama.embedding_length"));
      assertEquals(10000.0, metadata.real("llama.rope.freq_base"));
      assertEquals(384, metadata.texts("tokenizer.ggml.tokens").size());
      assertEquals("Ġ i", metadata.texts("tokenizer.ggml.merges").get(3));
      assertArrayEquals(new long[] {3, 3, 3, 1}, Arrays.copyOf(metadata.integers("tokenizer.ggml.token_type"), 4));
      assertEquals(26, metadata.keys().size());
      assertEquals(GgufType.UINT32, file.values().get("llama.block_count").type());
      assertEquals(GgufType.INT32, file.values().get("tokenizer.ggml.token_type").type());
    }
  }

  @Test
  void readsTensorsInFileOrderWithTheOuterDimensionFirst() {
    try (GgufFile file = GgufFile.open(LLAMA)) {
      assertEquals(30, file.tensors().size());
      assertEquals("output.weight", file.tensors().iterator().next().name());
      TensorView down = file.find("blk.0.ffn_down.weight").orElseThrow();
      assertEquals(List.of(64L, 128L), down.shape());
      assertEquals(TensorType.BF16, down.type());
      assertEquals(64 * 128 * 2, down.data().byteSize());
      assertTrue(file.find("blk.9.ffn_down.weight").isEmpty());
    }
  }

  @Test
  void tensorsEqualThoseOfTheHuggingFaceForm() throws IOException {
    byte[] safetensors = Files.readAllBytes(LLAMA.resolveSibling("model.safetensors"));
    try (GgufFile file = GgufFile.open(LLAMA)) {
      MemorySegment embeddings = file.find("token_embd.weight").orElseThrow().data();
      byte[] bytes = embeddings.toArray(ValueLayout.JAVA_BYTE);
      assertTrue(indexOf(safetensors, bytes) > 0);
    }
  }

  @Test
  void closingTwiceIsFineAndUseAfterCloseIsNot() {
    GgufFile file = GgufFile.open(LLAMA);
    MemorySegment data = file.find("output.weight").orElseThrow().data();
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void opensAllPublishedVocabularies() throws IOException {
    try (Stream<Path> files = Files.list(Shared.path("external/tokenizers"))) {
      for (Path path : files.filter(p -> p.toString().endsWith(".gguf")).toList()) {
        try (GgufFile file = GgufFile.open(path)) {
          assertTrue(file.tensors().isEmpty());
          assertTrue(file.metadata().texts("tokenizer.ggml.tokens").size() > 30_000, path.toString());
        }
      }
    }
  }

  private static int indexOf(byte[] text, byte[] part) {
    for (int i = 0; i + part.length <= text.length; i++) {
      if (Arrays.equals(text, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }
}
