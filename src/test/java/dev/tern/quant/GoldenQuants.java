package dev.tern.quant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The golden blocks: encoded in {@code quants.gguf}, decoded (and encodings of one source) in a safetensors file. */
public final class GoldenQuants {
  private static final Path FOLDER = Path.of("src/test/resources/golden/quants");
  private static final ByteBuffer FILE = read(FOLDER.resolve("quants.safetensors"));
  private static final int BASE = Math.toIntExact(8 + FILE.getLong(0));
  private static final JsonNode HEADER = header();

  private GoldenQuants() {}

  /** Opens the encoded tensors. */
  public static GgufFile encoded() {
    return GgufFile.open(FOLDER.resolve("quants.gguf"));
  }

  /** The values of a tensor of the safetensors file. */
  static float[] floats(String name) {
    ByteBuffer bytes = slice(name);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** The bytes of a tensor of the safetensors file. */
  static byte[] bytes(String name) {
    ByteBuffer slice = slice(name);
    byte[] bytes = new byte[slice.remaining()];
    slice.get(bytes);
    return bytes;
  }

  private static ByteBuffer slice(String name) {
    JsonNode offsets = HEADER.get(name).get("data_offsets");
    int from = offsets.get(0).intValue();
    return FILE.slice(BASE + from, offsets.get(1).intValue() - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer read(Path file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode header() {
    String json = new String(FILE.array(), 8, BASE - 8, StandardCharsets.UTF_8);
    try {
      return Json.MAPPER.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
