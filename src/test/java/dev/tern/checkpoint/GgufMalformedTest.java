package dev.tern.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tern.Shared;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufMalformedTest {
  private static final Path NAME = Path.of("x.gguf");
  private static final int F32 = TensorType.F32.id();

  @TempDir Path folder;

  /** Magic, version and counts. */
  private static LittleEndianWriter start(long tensors, long keys) {
    return new LittleEndianWriter().int32(GgufPart.MAGIC).int32(3).int64(tensors).int64(keys);
  }

  private static LittleEndianWriter key(String name, int type) {
    return start(0, 1).text(name).int32(type);
  }

  private static LittleEndianWriter tensor(LittleEndianWriter out, String name, int type, long offset, long... shape) {
    out.text(name).int32(shape.length);
    Arrays.stream(shape).forEach(out::int64);
    return out.int32(type).int64(offset);
  }

  private static String refusal(byte[] bytes) {
    var e = assertThrows(CheckpointException.class, () -> GgufPart.parse(NAME, MemorySegment.ofArray(bytes)));
    assertTrue(e.getMessage().startsWith("x.gguf: "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  private static void assertRefused(LittleEndianWriter bytes, String message) {
    String found = refusal(bytes.toByteArray());
    assertTrue(found.contains(message), found);
  }

  /** The same, with as many bytes behind as a key needs at least. */
  private static void assertPaddedRefused(LittleEndianWriter bytes, String message) {
    assertRefused(bytes.bytes(new byte[16]), message);
  }

  @Test
  void refusesOtherFilesAndVersions() {
    assertRefused(new LittleEndianWriter(), "header: expected 4 more bytes at byte 0, found only 0");
    assertRefused(new LittleEndianWriter().int32(0x04034b50), "expected the magic bytes GGUF, found bytes 504b0304");
    assertRefused(new LittleEndianWriter().int32(GgufPart.MAGIC).int32(1), "found version 1, which");
    assertRefused(new LittleEndianWriter().int32(GgufPart.MAGIC).int32(4), "found version 4");
    assertRefused(
        new LittleEndianWriter().int32(GgufPart.MAGIC).int32(3 << 24), "expected a little-endian file, found a big");
  }

  @Test
  void refusesAbsurdCountsWithoutAllocating() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertRefused(start(1, 1), "tensors");
    long before = threads.getCurrentThreadAllocatedBytes();
    for (long count : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 1L << 31, 1 << 20, 1 << 18, 1000}) {
      assertRefused(start(count, 0), "tensors");
      assertRefused(start(0, count), "keys");
      assertPaddedRefused(start(0, 1).int64(count), "bytes of a key");
      assertPaddedRefused(key("k", 8).int64(count), "bytes of text");
      for (int type : new int[] {0, 2, 4, 6, 7, 8, 10, 12}) {
        assertPaddedRefused(key("k", 9).int32(type).int64(count), "key 'k': expected");
      }
    }
    assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 4 << 20);
  }

  @Test
  void refusesMalformedValues() {
    assertPaddedRefused(key("k", 13), "key 'k': expected a value type from 0 to 12, found 13");
    assertPaddedRefused(key("k", -1), "found 4294967295");
    assertPaddedRefused(key("k", 7).integer(2, 1), "expected a flag of 0 or 1, found 2");
    assertPaddedRefused(key("k", 9).int32(9).int64(0), "found an array of arrays");
    assertPaddedRefused(key("k", 9).int32(77).int64(0), "value type");
    assertRefused(
        key("k", 9).int32(10).int64(1).int64(-1), "integers below 2^63 in arrays, found 18446744073709551615");
    assertPaddedRefused(key("", 4).int32(1), "key 1 of 1: expected a key, found an empty one");
    assertPaddedRefused(
        start(0, 2).text("a").int32(4).int32(1).text("a").int32(4).int32(1), "key 'a': expected a key that");
    assertPaddedRefused(start(0, 1).int64(2).bytes(new byte[] {(byte) 0xC3, 0x28}).int32(4).int32(1), "UTF-8");
    assertPaddedRefused(key("k", 8).int64(3).bytes(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}), "UTF-8");
    assertPaddedRefused(key("a\nb\u001b[2J", 13), "key 'a\\u000ab\\u001b[2J'");
    assertPaddedRefused(key("k".repeat(60_000), 13), "kkk…'");
  }

  @Test
  void refusesAWrongAlignment() {
    String key = GgufPart.ALIGNMENT_KEY;
    assertPaddedRefused(key(key, 4).int32(0), "an integer from 1 to 268435456, found 0");
    assertPaddedRefused(key(key, 5).int32(-8), "found -8");
    assertPaddedRefused(key(key, 8).text("32"), "found STRING");
    assertPaddedRefused(key(key, 10).int64(-1), "found 18446744073709551615");
  }

  @Test
  void refusesMalformedTensors() {
    assertRefused(tensor(start(1, 0), "t", F32, 0), "tensor 't': expected 1 to 4 dimensions, found 0");
    assertRefused(tensor(start(1, 0), "t", F32, 0, 1, 1, 1, 1, 1), "found 5");
    assertRefused(start(1, 0).text("t").int32(-1).int64(0).int64(0), "found 4294967295");
    assertRefused(tensor(start(1, 0), "t", F32, 0, 4, 0), "dimensions above 0");
    assertRefused(
        tensor(start(1, 0), "t", F32, 0, -1), "dimensions from 0 to 2^31-1, found shape [18446744073709551615]");
    assertRefused(tensor(start(1, 0), "t", F32, 0, 1L << 62, 4), "dimensions from 0 to 2^31-1");
    assertRefused(tensor(start(1, 0), "t", F32, 0, 1 << 30, 1 << 30, 1 << 30), "a product of outer dimensions");
    assertRefused(tensor(start(1, 0), "t", F32, 0, 1 << 30, 1 << 30), "at most 2^56 values");
    assertRefused(tensor(start(1, 0), "t", F32, 0, 1 << 27, 1 << 27), "bytes at offset 0");
    assertRefused(tensor(start(1, 0), "t", 2, 0, 33), "a multiple of the block size 32 of Q4_0");
    assertRefused(tensor(start(1, 0), "t", 12, 0, 128, 2), "a multiple of the block size 256 of Q4_K");
    assertRefused(tensor(start(1, 0), "t", 4, 0, 32), "a supported tensor type, found type 4, which GGUF has given up");
    assertRefused(tensor(start(1, 0), "t", 1000, 0, 32), "found type 1000");
    assertRefused(tensor(start(1, 0), "", F32, 0, 32), "tensor 1: expected a tensor's name, found an empty one");
  }

  @Test
  void refusesMisplacedTensors() {
    byte[] data = new byte[128];
    assertRefused(tensor(start(1, 0), "t", F32, 0, 8), "32 bytes at offset 0, found 0 bytes of tensor data");
    assertRefused(tensor(start(1, 0), "t", F32, 4, 8).align(32).bytes(data), "a multiple of 32, found 4");
    assertRefused(tensor(start(1, 0), "t", F32, 128, 8).align(32).bytes(data), "found 128 bytes of tensor data");
    assertRefused(tensor(start(1, 0), "t", F32, -32, 8).align(32).bytes(data), "at offset 18446744073709551584");
    assertRefused(tensor(start(1, 0), "t", F32, Long.MAX_VALUE - 31, 8).align(32).bytes(data), "at offset 92233720");
    LittleEndianWriter overlapping = tensor(tensor(start(2, 0), "a", F32, 0, 9), "b", F32, 32, 8);
    assertRefused(overlapping.align(32).bytes(data), "tensor 'b': expected an offset from 36, where tensor 'a' ends");
    LittleEndianWriter same = tensor(tensor(start(2, 0), "a", F32, 0, 8), "a", F32, 32, 8);
    assertRefused(same.align(32).bytes(data), "tensor 'a': expected a name that occurs once, found it twice");
  }

  @Test
  void refusesTruncationAtEveryByte() throws IOException {
    byte[] whole = Files.readAllBytes(Shared.resource("golden/checkpoints/llama/model.gguf"));
    MemorySegment file = MemorySegment.ofArray(whole);
    long data = 0;
    try (GgufFile open = GgufFile.open(Shared.resource("golden/checkpoints/llama/model.gguf"))) {
      data = whole.length - open.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
    }
    // Within the data every hundredth byte, since nothing there is parsed.
    for (int length = 0; length < whole.length; length += length < data ? 1 : 97) {
      MemorySegment cut = file.asSlice(0, length);
      assertThrows(CheckpointException.class, () -> GgufPart.parse(NAME, cut), "cut at " + length);
    }
    assertRefusedFile(Arrays.copyOf(whole, whole.length - 1), "bytes of tensor data in the file");
  }

  private void assertRefusedFile(byte[] bytes, String message) throws IOException {
    Path path = Files.write(folder.resolve("cut.gguf"), bytes);
    var e = assertThrows(CheckpointException.class, () -> GgufFile.open(path));
    assertTrue(e.getMessage().startsWith(path + ": ") && e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void refusesWhatIsNoFile() {
    var missing = assertThrows(CheckpointException.class, () -> GgufFile.open(folder.resolve("no.gguf")));
    assertTrue(missing.getMessage().endsWith("no.gguf: expected a file, found none"), missing.getMessage());
    var directory = assertThrows(CheckpointException.class, () -> GgufFile.open(folder));
    assertTrue(directory.getMessage().endsWith("expected a file, found a directory"), directory.getMessage());
  }

  @Test
  void refusesAGapOfFourGigabytesThatClaimsToBeAHeader() throws IOException {
    Path path = folder.resolve("gap.gguf");
    byte[] start = key("k", 9).int32(8).int64(1L << 28).toByteArray();
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(start);
      file.setLength(1L << 32);
    }
    var e = assertThrows(CheckpointException.class, () -> GgufFile.open(path));
    assertTrue(e.getMessage().contains("key 'k': expected at most"), e.getMessage());
  }

  @Test
  void readsTensorsBeyondFourGigabytes() throws IOException {
    Path path = folder.resolve("large.gguf");
    TensorInfo large = new TensorInfo("large", TensorType.F32, List.of(3L << 14, 1L << 15));
    TensorInfo last = new TensorInfo("last", TensorType.I8, List.of(4L));
    byte[] header = GgufWriter.header(Map.of(), List.of(large, last));
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(header);
      file.seek(header.length + large.bytes() - 1);
      file.write("!tern".getBytes(StandardCharsets.US_ASCII));
    }
    try (GgufFile file = GgufFile.open(path)) {
      MemorySegment data = file.find("large").orElseThrow().data();
      assertEquals(6L << 30, data.byteSize());
      assertEquals('!', data.get(ValueLayout.JAVA_BYTE, data.byteSize() - 1));
      byte[] text = file.find("last").orElseThrow().data().toArray(ValueLayout.JAVA_BYTE);
      assertEquals("tern", new String(text, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void readsVersionTwo() {
    byte[] bytes = tensor(start(1, 0), "t", F32, 0, 8).align(32).bytes(new byte[32]).toByteArray();
    bytes[4] = 2;
    assertEquals(1, GgufPart.parse(NAME, MemorySegment.ofArray(bytes)).tensors().size());
  }
}
