package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** PyTorch's own files are Python pickles: programs that run when they are read. They are known in order to refuse. */
final class Pickles {
  private static final List<String> ENDINGS = List.of(".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle");

  private Pickles() {}

  static boolean isNamedLikeOne(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  static CheckpointException refuse(Path file) {
    return Messages.mismatch(
        file.getParent() == null ? "." : file.getParent().toString(),
        file.getFileName().toString(),
        "weights as safetensors or GGUF",
        "a PyTorch pickle, which is not read because it can run code: convert it to safetensors");
  }
}
