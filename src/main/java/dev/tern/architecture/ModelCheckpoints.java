package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceCheckpoint;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Checkpoints;
import dev.tern.checkpoint.HuggingFaceDirectory;
import java.nio.file.Path;

/** Opens checkpoints of models in the terms that family files read: those of GGUF. */
public final class ModelCheckpoints {
  private ModelCheckpoints() {}

  /** As {@link #open}; all its tensors are good for as long as it is open. */
  public static Checkpoint openToStay(Path path) {
    Checkpoint checkpoint = open(path);
    if (checkpoint instanceof HuggingFaceCheckpoint directory) {
      directory.keepDerived();
    }
    return checkpoint;
  }

  /**
   * Opens a GGUF file, or a Hugging Face directory through the form that its family declares; see {@link
   * Checkpoints#open}. A directory of an unknown model type ends in a {@link dev.tern.error.CheckpointException}.
   */
  public static Checkpoint open(Path path) {
    Checkpoint checkpoint = Checkpoints.open(path);
    try {
      return checkpoint instanceof HuggingFaceDirectory directory
          ? HuggingFaceCheckpoint.of(directory, Architectures.huggingFace())
          : checkpoint;
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
  }
}
