package dev.tern.tokenizer;

import dev.tern.checkpoint.Json;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that are to be of a reasonable size. */
final class BoundedFile {
  private BoundedFile() {}

  static byte[] read(Path file) {
    try {
      long size = Files.size(file);
      if (size > Json.MAX_BYTES) {
        throw new CheckpointException(
            "%s: expected a file of at most %d bytes, found %d".formatted(file, Json.MAX_BYTES, size));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CheckpointException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
