package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.huggingface.HuggingFaceFiles;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.SafetensorsFile;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Logits;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.quant.Codecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with quantized weights computes what it does with their values in plain floats. */
class PrequantizedModelTest {
  private static final Path LLAMA = Shared.resource("golden/checkpoints/llama");
  private static final int GROUP = 32;

  @TempDir Path folder;

  /** A matrix in GPTQ's form, and its values. */
  private static final class Quantized {
    final int rows;
    final int cols;
    final int[] codes;
    final short[] scales;
    final float[] values;

    Quantized(TensorView tensor) {
      rows = tensor.rows();
      cols = tensor.cols();
      codes = new int[cols / 8 * rows];
      scales = new short[cols / GROUP * rows];
      values = floats(tensor);
      for (int row = 0; row < rows; row++) {
        for (int col = 0; col < cols; col += GROUP) {
          quantize(row, col);
        }
      }
    }

    private void quantize(int row, int from) {
      float largest = 0;
      for (int col = from; col < from + GROUP; col++) {
        largest = Math.max(largest, Math.abs(values[row * cols + col]));
      }
      short half = Float.floatToFloat16(largest / 7);
      float scale = Float.float16ToFloat(half);
      scales[from / GROUP * rows + row] = half;
      for (int col = from; col < from + GROUP; col++) {
        int code = Math.clamp(Math.round(values[row * cols + col] / scale) + 8, 0, 15);
        codes[col / 8 * rows + row] |= code << 4 * (col % 8);
        values[row * cols + col] = (code - 8) * scale;
      }
    }
  }

  private static float[] floats(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }

  private static long[] shape(TensorView tensor) {
    return tensor.shape().stream().mapToLong(Long::longValue).toArray();
  }

  private Path write(boolean quantized) throws IOException {
    String config = Files.readString(LLAMA.resolve("config.json"));
    String settings = "{\"quantization_config\":{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32},";
    HuggingFaceFiles files = new HuggingFaceFiles(quantized ? config.replaceFirst("\\{", settings) : config);
    try (Checkpoint source = SafetensorsFile.open(LLAMA.resolve("model.safetensors"))) {
      for (TensorView tensor : source.tensors()) {
        if (!tensor.name().contains("_proj")) {
          files.floats(tensor.name(), floats(tensor), shape(tensor));
          continue;
        }
        Quantized codes = new Quantized(tensor);
        String prefix = tensor.name().replace(".weight", "");
        int[] zeros = new int[codes.cols / GROUP * codes.rows / 8];
        Arrays.fill(zeros, 0x77777777);
        if (quantized) {
          files
              .ints(prefix + ".qweight", codes.codes, codes.cols / 8, codes.rows)
              .ints(prefix + ".qzeros", zeros, codes.cols / GROUP, codes.rows / 8)
              .shorts(prefix + ".scales", TensorType.F16, codes.scales, codes.cols / GROUP, codes.rows);
        } else {
          files.floats(tensor.name(), codes.values, shape(tensor));
        }
      }
    }
    return files.write(Files.createDirectory(folder.resolve(quantized ? "quantized" : "plain")));
  }

  private static float[] logits(Path directory) {
    var options = new LoadedModel.Options(1, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);
    return Logits.of(directory, options, Golden.read(LLAMA).ids());
  }

  @Test
  void computesTheSameFromCodesAsFromFloats() throws IOException {
    float[] plain = logits(write(false));
    float[] quantized = logits(write(true));
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < plain.length; i++) {
      difference += Math.pow(plain[i] - quantized[i], 2);
      norm += Math.pow(plain[i], 2);
    }
    assertEquals(plain.length, quantized.length);
    assertTrue(norm > 0);
    assertEquals(0, Math.sqrt(difference / norm), 1e-5);
  }
}
