package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Opens whatever checkpoint lies at a path. */
public final class Checkpoints {
  private static final int MAX_LISTED = 5;

  private Checkpoints() {}

  /**
   * Opens a GGUF file, a safetensors file or index, a Hugging Face directory (preferred where a directory holds both
   * forms), or a directory with one GGUF checkpoint. Anything else ends in a {@link CheckpointException}.
   */
  public static Checkpoint open(Path path) {
    if (!Files.exists(path)) {
      throw new CheckpointException("%s: expected a file or directory, found none".formatted(path));
    }
    return Files.isDirectory(path) ? openDirectory(path) : openFile(path);
  }

  private static Checkpoint openDirectory(Path path) {
    if (HuggingFaceDirectory.isAt(path)) {
      return HuggingFaceDirectory.open(path);
    }
    List<Path> files = list(path);
    List<Path> checkpoints = files.stream().filter(Checkpoints::startsGguf).toList();
    if (checkpoints.size() == 1) {
      return GgufFile.open(checkpoints.getFirst());
    }
    if (checkpoints.isEmpty() && HuggingFaceDirectory.hasConfig(path)) {
      return HuggingFaceDirectory.open(path);
    }
    if (checkpoints.isEmpty()) {
      files.stream().filter(Pickles::isNamedLikeOne).findFirst().ifPresent(Checkpoints::refusePickle);
    }
    throw new CheckpointException(
        "%s: expected config.json with model.safetensors, or one GGUF checkpoint, found %s"
            .formatted(path, names(checkpoints.isEmpty() ? files : checkpoints)));
  }

  /** Later parts of a split checkpoint are no checkpoints of their own. */
  private static boolean startsGguf(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".gguf") && !name.matches(".*-(?!00001)\\d{5}-of-\\d{5}\\.gguf");
  }

  private static Checkpoint openFile(Path path) {
    byte[] start = start(path);
    String name = path.getFileName().toString();
    if (startsWith(start, "GGUF") || name.endsWith(".gguf")) {
      return GgufFile.open(path);
    }
    if (name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json") || isSafetensors(start)) {
      return SafetensorsFile.open(path);
    }
    if (Pickles.isNamedLikeOne(path) || startsWith(start, "PK\u0003\u0004")) {
      refusePickle(path);
    }
    throw new CheckpointException(
        "%s: expected GGUF or safetensors, found %s"
            .formatted(
                path,
                start.length == 0
                    ? "an empty file"
                    : "a file that starts with bytes " + HexFormat.ofDelimiter(" ").formatHex(start)));
  }

  private static void refusePickle(Path path) {
    throw Pickles.refuse(path);
  }

  /** The length of the header is far below 2^40, and the header is a JSON object. */
  private static boolean isSafetensors(byte[] start) {
    return start.length > 8 && start[8] == '{' && start[5] == 0 && start[6] == 0 && start[7] == 0;
  }

  private static boolean startsWith(byte[] bytes, String magic) {
    byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
    return Arrays.equals(bytes, 0, Math.min(bytes.length, expected.length), expected, 0, expected.length);
  }

  private static byte[] start(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(9);
    } catch (IOException e) {
      throw MappedFile.unreadable(path, e);
    }
  }

  private static List<Path> list(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw MappedFile.unreadable(path, e);
    }
  }

  private static String names(List<Path> files) {
    if (files.isEmpty()) {
      return "an empty directory";
    }
    List<String> names = files.stream().limit(MAX_LISTED).map(file -> file.getFileName().toString()).toList();
    return String.join(", ", names) + (files.size() > MAX_LISTED ? ", …" : "");
  }
}
