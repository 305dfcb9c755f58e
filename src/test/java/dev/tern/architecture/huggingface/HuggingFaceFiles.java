package dev.tern.architecture.huggingface;

import dev.tern.checkpoint.SafetensorsWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a directory as a model hub has it: {@code config.json} and {@code model.safetensors}. */
public final class HuggingFaceFiles {
  private final Map<TensorInfo, MemorySegment> tensors = new LinkedHashMap<>();
  private final String config;

  /** {@code config} in JSON, with single quotes for double ones. */
  public HuggingFaceFiles(String config) {
    this.config = config.replace('\'', '"');
  }

  public HuggingFaceFiles tensor(String name, TensorType type, MemorySegment data, long... shape) {
    tensors.put(new TensorInfo(name, type, java.util.Arrays.stream(shape).boxed().toList()), data);
    return this;
  }

  public HuggingFaceFiles floats(String name, float[] values, long... shape) {
    return tensor(name, TensorType.F32, MemorySegment.ofArray(values), shape);
  }

  public HuggingFaceFiles ints(String name, int[] values, long... shape) {
    return tensor(name, TensorType.I32, MemorySegment.ofArray(values), shape);
  }

  public HuggingFaceFiles longs(String name, long[] values, long... shape) {
    return tensor(name, TensorType.I64, MemorySegment.ofArray(values), shape);
  }

  public HuggingFaceFiles bytes(String name, TensorType type, byte[] values, long... shape) {
    return tensor(name, type, MemorySegment.ofArray(values), shape);
  }

  /** Values as half floats or bfloat16. */
  public HuggingFaceFiles shorts(String name, TensorType type, short[] values, long... shape) {
    return tensor(name, type, MemorySegment.ofArray(values), shape);
  }

  /** Tensors of one value each, where only names matter. */
  public HuggingFaceFiles named(String... names) {
    for (String name : names) {
      floats(name, new float[] {1}, 1);
    }
    return this;
  }

  public Path write(Path directory) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    try (TensorWriter writer =
        SafetensorsWriter.create(directory.resolve("model.safetensors"), Map.of(), List.copyOf(tensors.keySet()))) {
      tensors.forEach((info, data) -> writer.write(info.name(), data));
      writer.finish();
    }
    return directory;
  }
}
