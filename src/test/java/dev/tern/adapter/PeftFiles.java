package dev.tern.adapter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.checkpoint.Json;
import dev.tern.checkpoint.SafetensorsWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes PEFT directories with random values for tests. */
final class PeftFiles {
  static final String PREFIX = "base_model.model.";

  private final SplittableRandom random;
  private final Map<String, float[]> tensors = new LinkedHashMap<>();
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final ObjectNode config = Json.MAPPER.createObjectNode();

  PeftFiles(long seed) {
    random = new SplittableRandom(seed);
    config.put("peft_type", "LORA").put("r", 4).put("lora_alpha", 8).put("bias", "none");
    config.put("target_modules", ".*");
  }

  /** The configuration, to be changed. */
  ObjectNode config() {
    return config;
  }

  /** Random factors of a module {@code [out, in]} of rank 4. */
  PeftFiles lora(String module, int out, int in) {
    return random(module + ".lora_A.weight", 4, in).random(module + ".lora_B.weight", out, 4);
  }

  /** A tensor of small random values. */
  PeftFiles random(String name, long... shape) {
    return values(name, 0, 0.05, shape);
  }

  /** A tensor of random values around a centre. */
  PeftFiles values(String name, double centre, double deviation, long... shape) {
    List<Long> dimensions = new ArrayList<>();
    int size = 1;
    for (long dimension : shape) {
      dimensions.add(dimension);
      size *= (int) dimension;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (centre + deviation * random.nextGaussian());
    }
    tensors.put(PREFIX + name, values);
    shapes.put(PREFIX + name, dimensions);
    return this;
  }

  /** The values of a tensor by its name after the prefix. */
  float[] values(String name) {
    return tensors.get(PREFIX + name);
  }

  /** {@code 2 · B·A} of a module, row-major. */
  float[] product(String module) {
    float[] down = values(module + ".lora_A.weight");
    float[] up = values(module + ".lora_B.weight");
    int in = down.length / 4;
    float[] product = new float[up.length / 4 * in];
    for (int row = 0; row < up.length / 4; row++) {
      for (int r = 0; r < 4; r++) {
        for (int col = 0; col < in; col++) {
          product[row * in + col] += 2 * up[row * 4 + r] * down[r * in + col];
        }
      }
    }
    return product;
  }

  /** Writes the directory. */
  Path write(Path directory) {
    List<TensorInfo> infos = new ArrayList<>();
    shapes.forEach((name, shape) -> infos.add(new TensorInfo(name, TensorType.F32, shape)));
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve("adapter_config.json"), Json.MAPPER.writeValueAsBytes(config));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    try (TensorWriter writer =
        SafetensorsWriter.create(directory.resolve("adapter_model.safetensors"), Map.of(), infos)) {
      tensors.forEach((name, values) -> writer.write(name, MemorySegment.ofArray(values)));
      writer.finish();
    }
    return directory;
  }
}
