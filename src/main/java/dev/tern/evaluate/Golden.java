package dev.tern.evaluate;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Json;
import dev.tern.checkpoint.SafetensorsFile;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.quant.Codecs;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reference results of a checkpoint: {@code golden.safetensors} beside it.
 *
 * @param ids {@code input_ids}
 * @param logits {@code [ids, vocabulary]}, or of an encoder's head
 * @param hidden {@code [ids, width]} of encoders, else null
 * @param greedy the continuation that greedy decoding gives, from {@code golden.json}; empty if it names none
 */
public record Golden(int[] ids, float[] logits, float[] hidden, int[] greedy) {
  static final String FILE = "golden.safetensors";

  /** Whether a directory holds reference results. */
  public static boolean isAt(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /** Reads {@code golden.safetensors} and {@code golden.json} of a directory. */
  public static Golden read(Path directory) {
    return read(directory.resolve(FILE), directory.resolve("golden.json"));
  }

  static Golden read(Path tensors, Path json) {
    try (Checkpoint file = SafetensorsFile.open(tensors)) {
      return new Golden(
          integers(require(file, "input_ids")),
          floats(require(file, "logits")),
          file.find("hidden").map(Golden::floats).orElse(null),
          greedy(json));
    }
  }

  private static int[] greedy(Path json) {
    if (!Files.exists(json)) {
      return new int[0];
    }
    var node = Json.readObject(json).path("greedy");
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = node.get(i).asInt();
    }
    return ids;
  }

  private static TensorView require(Checkpoint file, String name) {
    return file.find(name)
        .orElseThrow(() -> new CheckpointException("%s: tensor '%s' is missing".formatted(file.path(), name)));
  }

  private static int[] integers(TensorView tensor) {
    var layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    int[] values = new int[Math.toIntExact(tensor.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.toIntExact(tensor.data().get(layout, 8L * i));
    }
    return values;
  }

  private static float[] floats(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }
}
