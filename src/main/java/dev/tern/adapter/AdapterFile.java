package dev.tern.adapter;

import dev.tern.error.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** An adapter on disk, mapped until it is closed. */
public interface AdapterFile extends AutoCloseable {
  Path path();

  /** Bytes of its tensors. */
  long bytes();

  /**
   * What it changes, by GGUF's names of the base's matrices without ".weight". The changes refer to mapped memory.
   *
   * @throws CheckpointException if it does not fit the base, or has what is not supported
   */
  Map<String, TensorChange> changes(AdapterBase base);

  @Override
  void close();

  /** Opens a PEFT directory or a GGUF file. */
  static AdapterFile open(Path path) {
    if (Files.isDirectory(path)) {
      if (!Files.exists(path.resolve(PeftConfig.FILE))) {
        throw new CheckpointException("%s: expected a directory with %s, found none".formatted(path, PeftConfig.FILE));
      }
      return PeftDirectory.open(path);
    }
    if (!Files.exists(path)) {
      throw new CheckpointException("%s: expected an adapter, found no such file or directory".formatted(path));
    }
    return path.getFileName().toString().equals(PeftConfig.FILE) || path.toString().endsWith(".safetensors")
        ? PeftDirectory.open(path.toAbsolutePath().getParent())
        : GgufAdapter.open(path);
  }
}
