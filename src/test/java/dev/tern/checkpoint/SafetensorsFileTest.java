package dev.tern.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  private static final Path LLAMA = Shared.resource("golden/checkpoints/llama");

  @TempDir Path folder;

  private Path file(String header, int dataBytes) throws IOException {
    return file(header.getBytes(UTF_8), dataBytes);
  }

  private Path file(byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    Path file = folder.resolve("x.safetensors");
    Files.write(file, bytes.array());
    return file;
  }

  private static String refusal(Path file) {
    return assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file)).getMessage();
  }

  @Test
  void readsTheSameWeightsAsTheGgufForm() {
    try (SafetensorsFile file = SafetensorsFile.open(LLAMA.resolve("model.safetensors"));
        GgufFile gguf = GgufFile.open(LLAMA.resolve("model.gguf"))) {
      TensorView embeddings = file.find("model.embed_tokens.weight").orElseThrow();
      assertEquals(List.of(384L, 64L), embeddings.shape());
      assertEquals(TensorType.BF16, embeddings.type());
      assertEquals("pt", file.metadata().text("format"));
      assertArrayEquals(
          gguf.find("token_embd.weight").orElseThrow().data().toArray(ValueLayout.JAVA_BYTE),
          embeddings.data().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void readsEveryDtypeScalarsAndEmptyTensors() throws IOException {
    StringBuilder header = new StringBuilder("{");
    int end = 0;
    for (var type : SafetensorsHeader.TYPES.entrySet()) {
      int bytes = 3 * type.getValue().blockBytes();
      header.append(
          "\"%s\":{\"dtype\":\"%1$s\",\"shape\":[1,3],\"data_offsets\":[%d,%d]},"
              .formatted(type.getKey(), end, end + bytes));
      end += bytes;
    }
    header.append(
        "\"none\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[%1$d,%1$d]},".formatted(end)
            + "\"scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[%d,%d]}}   ".formatted(end, end + 4));
    try (SafetensorsFile file = SafetensorsFile.open(file(header.toString(), end + 4))) {
      assertEquals(17, file.tensors().size());
      assertEquals(24, file.find("I64").orElseThrow().data().byteSize());
      assertEquals(1, file.find("scalar").orElseThrow().size());
      assertEquals(0, file.find("none").orElseThrow().size());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}           | expected JSON, found: Unexpected end-of-input
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}x         | Unrecognized token
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}{}        | nothing but spaces
          {"a":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}}           | found F4
          {"a":{"dtype":"Q4_0","shape":[2],"data_offsets":[0,8]}}         | found Q4_0
          {"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}              | expected VALUE_STRING
          {"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}        | integers from 0 to 2^63-1, found 2.0
          {"a":{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}}        | found 2e0
          {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}         | found -2
          {"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}        | found 2
          {"a":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}        | found [
          {"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}        | expected JSON
          {"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}         | expected JSON
          {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}} | out of range of long
          {"a":{"dtype":"F32","shape":[65536,65536,65536,65536],"data_offsets":[0,8]}} | product of outer dimensions
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}          | data_offsets of 12 bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}          | data_offsets of 8 bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}            | two data_offsets
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}        | at most 2 integers
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}         | expected 8 bytes at offset 8
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}          | expected an offset of 0, where the data start
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}          | expected 4 bytes, the end of the last tensor
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | an offset of 8, where tensor 'a' ends
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | Duplicate
          {"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}} | Duplicate
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}    | found key 'x'
          {"a":{"shape":[2],"data_offsets":[0,8]}}                        | not all of them
          {"a":[1]}                                                       | tensor 'a': expected START_OBJECT, found START_ARRAY
          {"__metadata__":{"a":1}}                                        | __metadata__: expected VALUE_STRING
          {"__metadata__":{"a":{}}}                                       | __metadata__: expected VALUE_STRING
           {}                                                             | tensor data
          []                                                              | expected a JSON object after the length
          """)
  void refusesMalformedHeaders(String header, String message) throws IOException {
    String found = refusal(file(header, 8));
    assertTrue(found.contains(message), found);
    assertTrue(found.startsWith(folder.resolve("x.safetensors") + ": "), found);
    assertEquals(1, found.lines().count());
  }

  @Test
  void refusesDepthAndBadUtf8() throws IOException {
    assertTrue(refusal(file("{\"a\":".repeat(100_000), 0)).contains("expected dtype, shape"));
    assertTrue(refusal(file(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, 0)).contains("UTF-8"));
    assertTrue(refusal(file("{\u0000}", 0)).contains("expected JSON"));
  }

  @Test
  void refusesAbsurdLengths() throws IOException {
    Path file = folder.resolve("short.safetensors");
    for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 100_000_001, 100, 3}) {
      ByteBuffer bytes =
          ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(new byte[] {'{', '}'});
      Files.write(file, bytes.array());
      assertTrue(refusal(file).contains("bytes of JSON"));
    }
  }

  @Test
  void refusesTruncationAtEveryByteOfAHeader() throws IOException {
    byte[] whole = Files.readAllBytes(Shared.resource("golden/checkpoints/llama/model.safetensors"));
    Path file = folder.resolve("cut.safetensors");
    int header = 8 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt();
    for (int length = 0; length < header; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      refusal(file);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertTrue(refusal(file).contains("tensor data in the file"));
  }
}
