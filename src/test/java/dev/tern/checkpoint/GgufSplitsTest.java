package dev.tern.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufSplitsTest {
  @TempDir Path folder;

  private Path part(int index, int count) {
    return folder.resolve("m-%05d-of-%05d.gguf".formatted(index + 1, count));
  }

  /** A part with one tensor of one byte, its number. */
  private void write(Path path, String tensor, Map<String, Object> splits) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    splits.forEach((key, value) -> values.put(key, GgufValue.of(value)));
    values.put("name", GgufValue.of(path.getFileName().toString()));
    try (TensorWriter writer =
        GgufWriter.create(path, values, List.of(new TensorInfo(tensor, TensorType.I8, List.of(1L))))) {
      byte last = (byte) tensor.charAt(tensor.length() - 1);
      writer.write(tensor, MemorySegment.ofArray(new byte[] {last}));
      writer.finish();
    }
  }

  private static Map<String, Object> keys(long number, long count) {
    return Map.of("split.no", number, "split.count", count, "split.tensors.count", 3L);
  }

  @BeforeEach
  void writeThreeParts() {
    IntStream.range(0, 3).forEach(i -> write(part(i, 3), "t" + i, keys(i, 3)));
  }

  private void assertRefused(Path path, String message) {
    var e = assertThrows(CheckpointException.class, () -> GgufFile.open(path));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void anyPartOpensTheWhole() {
    for (int i = 0; i < 3; i++) {
      try (GgufFile file = GgufFile.open(part(i, 3))) {
        assertEquals(part(0, 3), file.path());
        assertEquals(part(0, 3).getFileName().toString(), file.metadata().text("name"));
        assertFalse(file.values().containsKey("split.count"));
        assertEquals(List.of("t0", "t1", "t2"), file.tensors().stream().map(TensorView::name).toList());
        assertEquals('2', file.find("t2").orElseThrow().data().get(ValueLayout.JAVA_BYTE, 0));
      }
    }
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertInstanceOf(GgufFile.class, checkpoint);
    }
  }

  @Test
  void namesTheMissingPart() throws IOException {
    Files.delete(part(1, 3));
    assertRefused(part(0, 3), part(1, 3) + ": expected a file, found none");
    assertRefused(part(2, 3), part(1, 3) + ": expected a file, found none");
  }

  @Test
  void refusesPartsThatDoNotBelongTogether() {
    write(part(1, 3), "t1", keys(1, 4));
    assertRefused(part(0, 3), part(1, 3) + ": key 'split.count': expected 3, found 4");
    write(part(1, 3), "t1", keys(2, 3));
    assertRefused(part(0, 3), part(1, 3) + ": key 'split.no': expected 1, found 2");
    write(part(1, 3), "t1", Map.of());
    assertRefused(part(0, 3), part(1, 3) + ": key 'split.count' is missing");
    write(part(1, 3), "t2", keys(1, 3));
    assertRefused(part(0, 3), part(2, 3) + ": tensor 't2': expected a name that occurs once in the split files");
    write(part(1, 3), "t1", Map.of("split.no", true, "split.count", 3L));
    assertRefused(part(0, 3), part(1, 3) + ": key 'split.no': expected an integer");
  }

  @Test
  void refusesCycles() throws IOException {
    Files.delete(part(1, 3));
    Files.createSymbolicLink(part(1, 3), part(0, 3));
    assertRefused(part(0, 3), part(1, 3) + ": key 'split.no': expected 1, found 0");
    Files.delete(part(1, 3));
    Files.createSymbolicLink(part(1, 3), part(1, 3));
    assertRefused(part(0, 3), part(1, 3).toString());
  }

  @Test
  void refusesWrongCounts() {
    Map<String, Object> keys = new LinkedHashMap<>(keys(0, 3));
    keys.put("split.tensors.count", 4L);
    write(part(0, 3), "t0", keys);
    assertRefused(part(0, 3), part(0, 3) + ": key 'split.tensors.count': expected 3, found 4");
    keys.put("split.count", 60_000L);
    write(part(0, 60_000), "t0", keys);
    assertRefused(part(0, 60_000), part(1, 60_000) + ": expected a file, found none");
    keys.put("split.count", (1L << 32) - 1);
    write(part(0, 3), "t0", keys);
    assertRefused(part(0, 3), "key 'split.count': expected a count below 2^31");
  }

  @Test
  void refusesNamesWithoutNumbers() {
    Path path = folder.resolve("m.gguf");
    write(path, "t", keys(0, 2));
    assertRefused(path, "m.gguf: key 'split.count': expected 2 for a file whose name ends in -0000n-of-00002.gguf");
  }
}
