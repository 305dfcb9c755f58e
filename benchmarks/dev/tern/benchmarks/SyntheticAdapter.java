package dev.tern.benchmarks;

import dev.tern.checkpoint.SafetensorsWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorWriter;
import dev.tern.evaluate.SyntheticModels.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes a LoRA with random BF16 values on all projections of a shape, as PEFT does. */
final class SyntheticAdapter {
  private final Shape shape;
  private final int rank;
  private final List<TensorInfo> infos = new ArrayList<>();

  private SyntheticAdapter(Shape shape, int rank) {
    this.shape = shape;
    this.rank = rank;
  }

  /** Writes it to a new temporary directory. */
  static Path write(Shape shape, int rank) throws IOException {
    SyntheticAdapter adapter = new SyntheticAdapter(shape, rank);
    for (int layer = 0; layer < shape.layers(); layer++) {
      adapter.addLayer("base_model.model.model.layers." + layer + ".");
    }
    Path directory = Files.createTempDirectory("tern-adapter");
    Files.writeString(
        directory.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": %d, \"lora_alpha\": %d, \"target_modules\": \"all-linear\"}"
            .formatted(rank, rank));
    adapter.writeTensors(directory.resolve("adapter_model.safetensors"));
    return directory;
  }

  private void addLayer(String prefix) {
    int width = shape.width();
    int queries = shape.heads() * shape.headWidth();
    int keys = shape.kvHeads() * shape.headWidth();
    add(prefix + "self_attn.q_proj", queries, width);
    add(prefix + "self_attn.k_proj", keys, width);
    add(prefix + "self_attn.v_proj", keys, width);
    add(prefix + "self_attn.o_proj", width, queries);
    add(prefix + "mlp.gate_proj", shape.hidden(), width);
    add(prefix + "mlp.up_proj", shape.hidden(), width);
    add(prefix + "mlp.down_proj", width, shape.hidden());
  }

  private void add(String module, long out, long in) {
    infos.add(new TensorInfo(module + ".lora_A.weight", TensorType.BF16, List.of((long) rank, in)));
    infos.add(new TensorInfo(module + ".lora_B.weight", TensorType.BF16, List.of(out, (long) rank)));
  }

  private void writeTensors(Path file) {
    SplittableRandom random = new SplittableRandom(11);
    try (TensorWriter writer = SafetensorsWriter.create(file, Map.of(), infos);
        Arena arena = Arena.ofConfined()) {
      for (TensorInfo info : infos) {
        MemorySegment data = arena.allocate(info.bytes(), 2);
        for (long i = 0; i < info.size(); i++) {
          int bits = Float.floatToRawIntBits((float) (0.02 * random.nextGaussian()));
          data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
        }
        writer.write(info.name(), data);
      }
      writer.finish();
    }
  }

  /** Deletes what {@link #write} wrote. */
  static void delete(Path directory) throws IOException {
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.deleteIfExists(directory);
  }
}
