package dev.tern.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checkpoints split into files {@code name-00001-of-0000N.gguf}; the first one holds the metadata. */
final class GgufSplits {
  static final String NUMBER_KEY = "split.no";
  static final String COUNT_KEY = "split.count";
  static final String TENSORS_KEY = "split.tensors.count";

  static final Set<String> KEYS = Set.of(NUMBER_KEY, COUNT_KEY, TENSORS_KEY);

  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf", Pattern.DOTALL);

  private GgufSplits() {}

  /** Reads the parts that belong together, the first one first, given the path of any. */
  static List<GgufPart> read(Path path, Arena arena) {
    GgufPart opened = GgufPart.read(path, arena);
    int count = opened.metadata().integer(COUNT_KEY, 1);
    if (count <= 1) {
      return List.of(opened);
    }
    String prefix = requirePrefix(path, count);
    List<GgufPart> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = path.resolveSibling("%s-%05d-of-%05d.gguf".formatted(prefix, i + 1, count));
      GgufPart part = file.equals(path) ? opened : GgufPart.read(file, arena);
      requireNumber(part.metadata(), COUNT_KEY, count);
      requireNumber(part.metadata(), NUMBER_KEY, i);
      parts.add(part);
    }
    requireTensors(parts);
    return parts;
  }

  private static String requirePrefix(Path path, int count) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches() || Integer.parseInt(name.group(3)) != count) {
      throw Messages.mismatch(
          path.toString(),
          Messages.key(COUNT_KEY),
          "%d for a file whose name ends in -0000n-of-%05d.gguf".formatted(count, count),
          "the name " + path.getFileName());
    }
    return name.group(1);
  }

  private static void requireNumber(Metadata metadata, String key, long expected) {
    long found = metadata.integer(key);
    if (found != expected) {
      throw Messages.mismatch(metadata.source(), Messages.key(key), String.valueOf(expected), found);
    }
  }

  private static void requireTensors(List<GgufPart> parts) {
    Map<String, Path> places = new HashMap<>();
    for (GgufPart part : parts) {
      for (TensorView tensor : part.tensors()) {
        Path other = places.put(tensor.name(), part.path());
        if (other != null) {
          throw Messages.mismatch(
              part.path().toString(),
              Messages.tensor(tensor.name()),
              "a name that occurs once in the split files",
              "it in %s as well".formatted(other.getFileName()));
        }
      }
    }
    Metadata metadata = parts.getFirst().metadata();
    if (metadata.has(TENSORS_KEY)) {
      requireNumber(metadata, TENSORS_KEY, places.size());
    }
  }
}
