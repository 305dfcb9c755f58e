package dev.tern.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mutations of small files: each is read, or refused with a message that names the file in one line. */
class FuzzTest {
  private static final int MUTATIONS = 10_000;
  private static final Path NAME = Path.of("mutant");
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    2,
    7,
    8,
    9,
    31,
    32,
    33,
    255,
    256,
    65535,
    1 << 20,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    1L << 56,
    Long.MAX_VALUE,
    Long.MAX_VALUE - 31,
    Long.MIN_VALUE
  };
  private static final List<TensorInfo> TENSORS =
      List.of(
          new TensorInfo("token_embd.weight", TensorType.F32, List.of(2L, 3L, 4L)),
          new TensorInfo("blk.0.attn_norm.weight", TensorType.I8, List.of(5L)),
          new TensorInfo("output.weight", TensorType.F16, List.of(3L, 32L)));

  @TempDir Path folder;

  private byte[] gguf() throws IOException {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.architecture", GgufValue.of("llama"));
    values.put("general.alignment", GgufValue.of(32L));
    values.put("llama.block_count", GgufValue.of(2L));
    values.put("llama.rope.freq_base", GgufValue.of(10000.0));
    values.put("tokenizer.ggml.tokens", GgufValue.of(new String[] {"<s>", "a", "é", "🐦", ""}));
    values.put("tokenizer.ggml.scores", GgufValue.of(new float[] {0, -1, -2, -3, -4}));
    values.put("tokenizer.ggml.token_type", GgufValue.of(new long[] {3, 1, 1, 1, 1}));
    values.put("tokenizer.ggml.add_bos_token", GgufValue.of(true));
    values.put("flags", GgufValue.of(new boolean[] {true, false}));
    values.put("hash", new GgufValue(GgufType.UINT64, 1L));
    return write(path -> GgufWriter.create(path, values, TENSORS));
  }

  private byte[] safetensors() throws IOException {
    return write(path -> SafetensorsWriter.create(path, Map.of("format", "pt"), TENSORS));
  }

  private byte[] write(Function<Path, TensorWriter> creation) throws IOException {
    Path path = folder.resolve("original");
    try (TensorWriter writer = creation.apply(path)) {
      TENSORS.forEach(tensor -> writer.write(tensor.name(), MemorySegment.ofArray(new byte[(int) tensor.bytes()])));
      writer.finish();
    }
    return Files.readAllBytes(path);
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] mutant = original;
    for (int i = random.nextInt(3); i >= 0 && mutant.length > 8; i--) {
      mutant = mutateOnce(mutant, random);
    }
    return mutant;
  }

  private static byte[] mutateOnce(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length - 8);
    byte[] mutant = bytes.clone();
    ByteBuffer buffer = ByteBuffer.wrap(mutant).order(ByteOrder.LITTLE_ENDIAN);
    long extreme = EXTREMES[random.nextInt(EXTREMES.length)];
    switch (random.nextInt(7)) {
      case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> mutant[at] = (byte) random.nextInt();
      case 2 -> buffer.putLong(at, extreme);
      case 3 -> buffer.putInt(at, (int) extreme);
      case 4 -> buffer.putLong(at, buffer.getLong(at) + random.nextInt(9) - 4);
      case 5 -> {
        return Arrays.copyOf(bytes, at + random.nextInt(9));
      }
      default -> {
        return splice(bytes, at, random.nextInt(bytes.length - 8), random.nextInt(24));
      }
    }
    return mutant;
  }

  /** Replaces what is between two places by nothing, or repeats it. */
  private static byte[] splice(byte[] bytes, int at, int from, int length) {
    ByteBuffer mutant = ByteBuffer.allocate(bytes.length + length);
    mutant.put(bytes, 0, at).put(bytes, from, Math.min(length, bytes.length - from));
    int rest = length % 2 == 0 ? at : Math.min(at + length, bytes.length);
    mutant.put(bytes, rest, Math.min(bytes.length - rest, mutant.remaining()));
    return Arrays.copyOf(mutant.array(), mutant.position());
  }

  private static void fuzz(byte[] original, Function<MemorySegment, List<TensorView>> reader) {
    Random random = new Random(42);
    int accepted = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      MemorySegment mutant = MemorySegment.ofArray(mutate(original, random));
      try {
        reader.apply(mutant).forEach(FuzzTest::touch);
        accepted++;
      } catch (CheckpointException e) {
        assertTrue(e.getMessage().startsWith(NAME + ": "), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        assertTrue(e.getMessage().length() < 1000, e.getMessage());
      }
    }
    // Both ends are reached: most mutants are refused, those of values and of tensor data are not.
    assertTrue(accepted > MUTATIONS / 100 && accepted < MUTATIONS * 9 / 10, "accepted " + accepted);
  }

  private static void touch(TensorView tensor) {
    MemorySegment data = tensor.data();
    assertEquals(tensor.type().bytes(tensor.size()), data.byteSize());
    assertEquals(tensor.size(), (long) tensor.rows() * tensor.cols());
    if (data.byteSize() > 0) {
      byte first = data.get(ValueLayout.JAVA_BYTE, 0);
      byte last = data.get(ValueLayout.JAVA_BYTE, data.byteSize() - 1);
      assertTrue(first != 1000 && last != 1000);
    }
  }

  @Test
  void gguf10000() throws IOException {
    fuzz(gguf(), bytes -> GgufPart.parse(NAME, bytes).tensors());
  }

  @Test
  void json10000() throws IOException {
    byte[] config = Files.readAllBytes(Shared.resource("golden/checkpoints/qwen35/config.json"));
    fuzz(
        config,
        bytes -> {
          JsonMetadata.flatten(NAME.toString(), Json.parse(NAME.toString(), bytes.toArray(ValueLayout.JAVA_BYTE)));
          return List.of();
        });
  }

  @Test
  void safetensors10000() throws IOException {
    fuzz(safetensors(), bytes -> SafetensorsFile.parse(NAME, bytes).tensors());
  }
}
