package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Whole files in mapped memory. */
final class MappedFile {
  private MappedFile() {}

  /** Maps {@code file} for reading, as long as {@code arena} lives. */
  static MemorySegment map(Path file, Arena arena) {
    if (Files.isDirectory(file)) {
      throw new CheckpointException("%s: expected a file, found a directory".formatted(file));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static CheckpointException unreadable(Path file, IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> new CheckpointException("%s: expected a file, found none".formatted(file), e);
      case AccessDeniedException _ -> new CheckpointException("%s: permission to read it is denied".formatted(file), e);
      default -> new CheckpointException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    };
  }
}
