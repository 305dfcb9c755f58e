package dev.tern.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
  private static final TensorInfo FLOATS = new TensorInfo("floats", TensorType.F32, List.of(3L, 5L));
  private static final TensorInfo BYTES = new TensorInfo("bytes", TensorType.I8, List.of(7L));

  @TempDir Path folder;

  private static void copy(GgufFile from, Path to) {
    List<TensorInfo> infos = from.tensors().stream().map(TensorInfo::of).toList();
    try (TensorWriter writer = GgufWriter.create(to, from.values(), infos)) {
      from.tensors().forEach(tensor -> writer.write(tensor.name(), tensor.data()));
      writer.finish();
    }
  }

  @Test
  void aCopyIsTheSameFileByteForByte() throws IOException {
    Path original = Shared.resource("golden/checkpoints/llama/model.gguf");
    Path copy = folder.resolve("copy.gguf");
    try (GgufFile file = GgufFile.open(original)) {
      copy(file, copy);
    }
    assertEquals(-1, Files.mismatch(original, copy));
  }

  @Test
  void aFileCanReplaceTheOneItIsReadFrom() throws IOException {
    Path original = Shared.resource("golden/checkpoints/llama/model.gguf");
    Path copy = Files.copy(original, folder.resolve("copy.gguf"));
    try (GgufFile file = GgufFile.open(copy)) {
      copy(file, copy);
    }
    assertEquals(-1, Files.mismatch(original, copy));
  }

  @Test
  void copiesOfPublishedVocabulariesAreTheSame() throws IOException {
    try (Stream<Path> files = Files.list(Shared.path("external/tokenizers"))) {
      for (Path original : files.filter(path -> path.toString().endsWith(".gguf")).toList()) {
        Path copy = folder.resolve(original.getFileName());
        try (GgufFile file = GgufFile.open(original)) {
          copy(file, copy);
          try (GgufFile again = GgufFile.open(copy)) {
            assertSame(file.values(), again.values());
          }
        }
      }
    }
  }

  private static void assertSame(Map<String, GgufValue> expected, Map<String, GgufValue> found) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(found.keySet()));
    for (String key : expected.keySet()) {
      assertEquals(expected.get(key).type(), found.get(key).type());
      assertArrayEquals(new Object[] {expected.get(key).value()}, new Object[] {found.get(key).value()}, key);
    }
  }

  @Test
  void everyTypeOfValueSurvives() {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("u8", new GgufValue(GgufType.UINT8, 255L));
    values.put("i8", new GgufValue(GgufType.INT8, -128L));
    values.put("u16", new GgufValue(GgufType.UINT16, 65535L));
    values.put("i16", new GgufValue(GgufType.INT16, -32768L));
    values.put("u32", new GgufValue(GgufType.UINT32, (1L << 32) - 1));
    values.put("i32", new GgufValue(GgufType.INT32, (long) Integer.MIN_VALUE));
    values.put("u64", new GgufValue(GgufType.UINT64, BigInteger.TWO.pow(64).subtract(BigInteger.ONE)));
    values.put("small", new GgufValue(GgufType.UINT64, 5L));
    values.put("i64", new GgufValue(GgufType.INT64, Long.MIN_VALUE));
    values.put("f32", new GgufValue(GgufType.FLOAT32, (double) 0.1f));
    values.put("f64", new GgufValue(GgufType.FLOAT64, Double.NaN));
    values.put("flag", new GgufValue(GgufType.BOOL, true));
    values.put("text", new GgufValue(GgufType.STRING, "naïve 🐦\u0000\uFFFD"));
    values.put("texts", new GgufValue(GgufType.STRING, new String[] {"", "a"}));
    values.put("flags", new GgufValue(GgufType.BOOL, new boolean[] {true, false}));
    values.put("floats", new GgufValue(GgufType.FLOAT32, new float[] {1.5f, Float.NEGATIVE_INFINITY}));
    values.put("doubles", new GgufValue(GgufType.FLOAT64, new double[] {0.1}));
    values.put("bytes", new GgufValue(GgufType.UINT8, new long[] {0, 200}));
    values.put("longs", new GgufValue(GgufType.INT64, new long[] {Long.MIN_VALUE}));
    values.put("none", new GgufValue(GgufType.UINT32, new long[0]));
    Path path = folder.resolve("values.gguf");
    try (TensorWriter writer = GgufWriter.create(path, values, List.of())) {
      writer.finish();
    }
    try (GgufFile file = GgufFile.open(path)) {
      assertSame(values, file.values());
    }
  }

  @Test
  void guessesTheUsualTypes() {
    assertEquals(GgufType.UINT32, GgufValue.of(7L).type());
    assertEquals(GgufType.INT32, GgufValue.of(-7L).type());
    assertEquals(GgufType.INT64, GgufValue.of(1L << 40).type());
    assertEquals(GgufType.FLOAT32, GgufValue.of(0.5).type());
    assertEquals(GgufType.INT32, GgufValue.of(new long[] {-1}).type());
    assertEquals(GgufType.STRING, GgufValue.of(new String[0]).type());
    assertThrows(IllegalArgumentException.class, () -> GgufValue.of(List.of()));
  }

  @Test
  void refusesValuesThatTheirTypeCannotHold() {
    for (GgufValue value :
        List.of(
            new GgufValue(GgufType.UINT8, 256L),
            new GgufValue(GgufType.INT8, 128L),
            new GgufValue(GgufType.UINT32, -1L),
            new GgufValue(GgufType.INT64, BigInteger.TWO.pow(63)),
            new GgufValue(GgufType.STRING, 1L),
            new GgufValue(GgufType.BOOL, new long[] {1}),
            new GgufValue(GgufType.UINT32, 1.0))) {
      var e =
          assertThrows(
              CheckpointException.class,
              () -> GgufWriter.create(folder.resolve("bad.gguf"), Map.of("k", value), List.of()));
      assertTrue(e.getMessage().contains("key 'k': expected a value of type " + value.type()), e.getMessage());
    }
  }

  @Test
  void writesInAnyOrderWithAnyAlignment() {
    for (long alignment : new long[] {1, 8, 24, 32, 4096}) {
      Path path = folder.resolve("x.gguf");
      Map<String, GgufValue> values = Map.of(GgufPart.ALIGNMENT_KEY, GgufValue.of(alignment));
      MemorySegment bytes = MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7});
      MemorySegment floats = MemorySegment.ofArray(new float[15]).fill((byte) 9);
      try (TensorWriter writer = GgufWriter.create(path, values, List.of(BYTES, FLOATS))) {
        writer.write("floats", floats);
        writer.write("bytes", bytes);
        writer.finish();
      }
      try (GgufFile file = GgufFile.open(path)) {
        assertEquals(-1, file.find("bytes").orElseThrow().data().mismatch(bytes));
        assertEquals(-1, file.find("floats").orElseThrow().data().mismatch(floats));
        assertEquals(List.of(3L, 5L), file.find("floats").orElseThrow().shape());
        assertEquals(List.of("bytes", "floats"), file.tensors().stream().map(TensorView::name).toList());
      }
    }
  }

  @Test
  void leavesNothingBehindUnlessItIsFinished() throws IOException {
    Path path = folder.resolve("x.gguf");
    try (TensorWriter writer = GgufWriter.create(path, Map.of(), List.of(BYTES))) {
      var e = assertThrows(CheckpointException.class, writer::finish);
      assertTrue(e.getMessage().contains("tensor 'bytes': expected its data before the end"), e.getMessage());
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void refusesWrongTensors() {
    Path path = folder.resolve("x.gguf");
    TensorInfo scalar = new TensorInfo("s", TensorType.F32, List.of());
    TensorInfo odd = new TensorInfo("o", TensorType.Q4_0, List.of(33L));
    TensorInfo foreign = new TensorInfo("f", TensorType.F8_E4M3, List.of(32L));
    for (List<TensorInfo> tensors : List.of(List.of(scalar), List.of(odd), List.of(foreign), List.of(BYTES, BYTES))) {
      assertThrows(CheckpointException.class, () -> GgufWriter.create(path, Map.of(), tensors));
    }
    try (TensorWriter writer = GgufWriter.create(path, Map.of(), List.of(BYTES))) {
      MemorySegment seven = MemorySegment.ofArray(new byte[7]);
      assertThrows(CheckpointException.class, () -> writer.write("other", seven));
      assertThrows(CheckpointException.class, () -> writer.write("bytes", seven.asSlice(1)));
      writer.write("bytes", seven);
      assertThrows(CheckpointException.class, () -> writer.write("bytes", seven));
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void namesTheFileThatCannotBeWritten() {
    Path path = folder.resolve("no/such/x.gguf");
    var e = assertThrows(CheckpointException.class, () -> GgufWriter.create(path, Map.of(), List.of()));
    assertTrue(e.getMessage().startsWith(path + ": cannot be written"), e.getMessage());
  }

  @Test
  void safetensorsSurviveACopy() throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(Shared.resource("golden/checkpoints/llama/golden.safetensors"))) {
      List<TensorInfo> infos =
          Stream.concat(
                  Stream.of(BYTES, new TensorInfo("scalar", TensorType.F64, List.of())),
                  file.tensors().stream().map(TensorInfo::of))
              .toList();
      try (TensorWriter writer = SafetensorsWriter.create(copy, Map.of("format", "pt"), infos)) {
        writer.write("scalar", MemorySegment.ofArray(new double[] {2.5}));
        writer.write("bytes", MemorySegment.ofArray(new byte[7]));
        file.tensors().forEach(tensor -> writer.write(tensor.name(), tensor.data()));
        writer.finish();
      }
      try (SafetensorsFile again = SafetensorsFile.open(copy)) {
        assertEquals("pt", again.metadata().text("format"));
        assertEquals(file.tensors().size() + 2, again.tensors().size());
        assertEquals(2.5, again.find("scalar").orElseThrow().data().get(ValueLayout.JAVA_DOUBLE, 0));
        for (TensorView tensor : file.tensors()) {
          TensorView other = again.find(tensor.name()).orElseThrow();
          assertEquals(tensor.shape(), other.shape());
          assertEquals(-1, tensor.data().mismatch(other.data()));
        }
      }
    }
    assertThrows(CheckpointException.class, () -> SafetensorsWriter.create(copy, Map.of(), List.of(BYTES, BYTES)));
    TensorInfo blocks = new TensorInfo("q", TensorType.Q4_0, List.of(32L));
    assertThrows(CheckpointException.class, () -> SafetensorsWriter.create(copy, Map.of(), List.of(blocks)));
  }
}
