package dev.tern.architecture.huggingface.quantized;

import dev.tern.checkpoint.TensorView;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * AWQ (Lin et al. 2024) in AutoAWQ's layout "gemm": {@code qweight [inputs, outputs / 8]} and {@code qzeros [groups,
 * outputs / 8]} pack along the outputs, which are interleaved in each integer; {@code scales [groups, outputs]}.
 */
final class Awq implements QuantizationMethod {
  private static final String MARK = ".qweight";
  private static final int BITS = 4;

  /** Where in an integer the code of each of its eight outputs lies. */
  private static final int[] PLACES = {0, 4, 1, 5, 2, 6, 3, 7};

  Awq(Settings settings) {
    String key = settings.has("w_bit") ? "w_bit" : "bits";
    if (settings.count(key) != BITS) {
      throw settings.invalid(key, "4", settings.count(key));
    }
    String version = settings.text("version", "gemm").toLowerCase(Locale.ROOT);
    if (!version.equals("gemm")) {
      throw settings.invalid("version", "gemm", "'" + version + "'");
    }
  }

  @Override
  public Optional<QuantizedWeight> weight(TensorView tensor, Function<String, Optional<TensorView>> tensors) {
    if (!tensor.name().endsWith(MARK)) {
      return Optional.empty();
    }
    String prefix = tensor.name().substring(0, tensor.name().length() - MARK.length());
    return Optional.of(
        new QuantizedWeight(
            prefix + ".weight",
            List.of(prefix + ".qzeros", prefix + ".scales"),
            () -> Blocks.of(codes(PackedInts.of(tensor, BITS), new Parts(prefix, tensors)))));
  }

  private static GroupedCodes codes(PackedInts weight, Parts parts) {
    int inputs = weight.rows();
    int rows = Math.multiplyExact(weight.cols(), weight.perInt());
    int groups = parts.require(".scales").rows();
    float[] scales = parts.floats(".scales", groups, rows);
    PackedInts zeros = PackedInts.of(parts.require(".qzeros"), groups, weight.cols(), BITS);
    return new GroupedCodes(parts.prefix(), rows, inputs, parts.evenGroups(inputs, groups), groups) {
      @Override
      void codes(int row, int[] codes) {
        for (int i = 0; i < codes.length; i++) {
          codes[i] = weight.code(i, row / PLACES.length, PLACES[row % PLACES.length]);
        }
      }

      @Override
      int zero(int row, int group) {
        return zeros.code(group, row / PLACES.length, PLACES[row % PLACES.length]);
      }

      @Override
      float scale(int row, int group) {
        return scales[group * rows + row];
      }
    };
  }
}
