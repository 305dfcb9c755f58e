package dev.tern.adapter;

import dev.tern.architecture.ModelCheckpoints;
import dev.tern.architecture.huggingface.HuggingFaceCheckpoint;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.GgufWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorWriter;
import dev.tern.error.CheckpointException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a base with adapters merged into it, in the form that the base has; one tensor is in memory at a time. */
public final class MergedFiles {
  private MergedFiles() {}

  /**
   * Writes the merged model; nothing is left behind if that fails.
   *
   * @param base GGUF file or Hugging Face directory
   * @param weights by the adapters' paths
   * @param out file or directory that is not there yet
   */
  public static void write(Path base, Map<Path, Float> weights, MergeType type, Path out) {
    if (Files.exists(out)) {
      throw new CheckpointException("%s: expected a path where nothing lies yet, found a file".formatted(out));
    }
    try (Checkpoint checkpoint = ModelCheckpoints.open(base);
        AdapterMerge merge = AdapterMerge.open(checkpoint, weights)) {
      MergedCheckpoint merged = new MergedCheckpoint(checkpoint, merge, type);
      switch (checkpoint) {
        case GgufFile gguf -> write(gguf, merged, out);
        case HuggingFaceCheckpoint directory -> new MergedDirectory(directory, merge, merged, type).write(out);
        default ->
            throw new CheckpointException(
                "%s: expected GGUF or a Hugging Face directory, found another".formatted(base));
      }
    }
  }

  private static void write(GgufFile base, MergedCheckpoint merged, Path out) {
    List<TensorInfo> infos = merged.infos();
    try (TensorWriter writer = GgufWriter.create(out, base.values(), infos)) {
      for (TensorInfo info : infos) {
        try (Arena arena = Arena.ofShared()) {
          writer.write(info.name(), merged.tensor(info.name(), arena).data());
        }
      }
      writer.finish();
    }
  }
}
