package dev.tern.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One GGUF file: a whole checkpoint or a part of a split one.
 *
 * @param tensors in the order of the file, names unique
 */
record GgufPart(Path path, Map<String, GgufValue> values, List<TensorView> tensors) {
  static final String ALIGNMENT_KEY = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;

  /** Most bytes before the tensor data; published files stay below 50 MB. */
  static final long MAX_HEADER = 1L << 28;

  static final int MAGIC = 0x46554747;
  private static final int MAX_KEYS = 1 << 16;
  private static final int MAX_TENSORS = 1 << 18;
  private static final int MAX_NAME = (1 << 16) - 1;
  static final int MAX_RANK = 4;
  private static final int MIN_KEY_BYTES = 8 + 1 + 4 + 1;
  private static final int MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

  /** A tensor and where its data begin, counted from the end of the header. */
  private record Entry(TensorInfo info, long offset) {}

  /** Maps and checks a file; the mapping lives as long as {@code arena}. */
  static GgufPart read(Path path, Arena arena) {
    return parse(path, MappedFile.map(path, arena));
  }

  /** Checks the contents of a file; the tensors are slices of them. */
  static GgufPart parse(Path path, MemorySegment file) {
    String source = path.toString();
    LittleEndianReader in = new LittleEndianReader(source, file, MAX_HEADER);
    requireVersion(in);
    int tensorCount = in.count("tensors", MIN_TENSOR_BYTES, MAX_TENSORS);
    int keyCount = in.count("keys", MIN_KEY_BYTES, MAX_KEYS);
    Map<String, GgufValue> values = readValues(in, keyCount);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < tensorCount; i++) {
      entries.add(readEntry(source, in, i));
    }
    int alignment = alignment(source, values);
    long start = Math.ceilDiv(in.position(), alignment) * alignment;
    return new GgufPart(path, values, map(source, file, start, alignment, entries));
  }

  Metadata metadata() {
    return GgufFile.metadata(path, values);
  }

  private static void requireVersion(LittleEndianReader in) {
    int magic = in.int32();
    if (magic != MAGIC) {
      throw in.mismatch("the magic bytes GGUF", "bytes %08x".formatted(Integer.reverseBytes(magic)));
    }
    int version = in.int32();
    if (version == 1) {
      throw in.mismatch("version 2 or 3", "version 1, which only existed for some days in 2023");
    }
    if (Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3) {
      throw in.mismatch("a little-endian file", "a big-endian one");
    }
    if (version != 2 && version != 3) {
      throw in.mismatch("version 2 or 3", "version " + Integer.toUnsignedString(version));
    }
  }

  private static Map<String, GgufValue> readValues(LittleEndianReader in, int count) {
    GgufValueReader reader = new GgufValueReader(in);
    Map<String, GgufValue> values = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count; i++) {
      in.subject("key " + (i + 1) + " of " + count);
      String key = readName(in, "a key");
      in.subject(Messages.key(key));
      if (values.put(key, reader.read()) != null) {
        throw in.mismatch("a key that occurs once", "it twice");
      }
    }
    return values;
  }

  private static Entry readEntry(String source, LittleEndianReader in, int index) {
    in.subject("tensor " + (index + 1));
    String name = readName(in, "a tensor's name");
    in.subject(Messages.tensor(name));
    long rank = in.uint32();
    if (rank < 1 || rank > MAX_RANK) {
      throw in.mismatch("1 to 4 dimensions", rank);
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long dimension = in.int64();
      if (dimension == 0) {
        throw in.mismatch("dimensions above 0", "0");
      }
      shape.addFirst(dimension);
    }
    int typeId = in.int32();
    TensorType type =
        TensorType.ofId(typeId).orElseThrow(() -> in.mismatch("a supported tensor type", typeName(typeId)));
    return new Entry(new TensorInfo(name, type, shape).check(source), in.int64());
  }

  private static String typeName(int id) {
    return switch (id) {
      case 4, 5, 31, 32, 33, 36, 37, 38 -> "type %d, which GGUF has given up".formatted(id);
      default -> "type " + Integer.toUnsignedString(id);
    };
  }

  private static String readName(LittleEndianReader in, String what) {
    String name = in.text(what, MAX_NAME);
    if (name.isEmpty()) {
      throw in.mismatch(what, "an empty one");
    }
    return name;
  }

  static int alignment(String source, Map<String, GgufValue> values) {
    GgufValue value = values.get(ALIGNMENT_KEY);
    if (value == null) {
      return DEFAULT_ALIGNMENT;
    }
    if (value.value() instanceof Long alignment && alignment >= 1 && alignment <= MAX_HEADER) {
      return alignment.intValue();
    }
    Object found = value.value() instanceof Number number ? number : value.type();
    throw Messages.mismatch(
        source, Messages.key(ALIGNMENT_KEY), "an integer from 1 to %d".formatted(MAX_HEADER), found);
  }

  private static List<TensorView> map(
      String source, MemorySegment file, long start, int alignment, List<Entry> entries) {
    TensorRanges ranges = new TensorRanges(source, Math.max(0, file.byteSize() - start));
    for (Entry entry : entries) {
      if (entry.offset() % alignment != 0) {
        throw Messages.mismatch(
            source,
            Messages.tensor(entry.info().name()),
            "an offset that is a multiple of %d".formatted(alignment),
            Long.toUnsignedString(entry.offset()));
      }
      ranges.add(entry.info(), entry.offset(), entry.info().bytes());
    }
    ranges.requireDisjoint();
    return entries.stream()
        .map(entry -> view(entry, file.asSlice(start + entry.offset(), entry.info().bytes())))
        .toList();
  }

  private static TensorView view(Entry entry, MemorySegment data) {
    return new TensorView(entry.info().name(), entry.info().type(), entry.info().shape(), data);
  }
}
