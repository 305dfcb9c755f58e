package dev.tern.architecture.huggingface.quantized;

import dev.tern.checkpoint.TensorView;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * GPTQ (Frantar et al. 2023) as AutoGPTQ and its successors write it, with n codes in a 32-bit integer: {@code qweight
 * [inputs / n, outputs]} packs along the inputs, {@code qzeros [groups, outputs / n]} along the outputs, {@code scales
 * [groups, outputs]}, and {@code g_idx [inputs]} where groups are not one after the other.
 */
final class Gptq implements QuantizationMethod {
  private static final String MARK = ".qweight";

  private final int bits;

  /** The first version of the format stores zero points less one. */
  private final int zeroOffset;

  Gptq(Settings settings) {
    bits = settings.count("bits");
    if (bits != 4 && bits != 8) {
      throw settings.invalid("bits", "4 or 8", bits);
    }
    String format = settings.text("checkpoint_format", "gptq");
    if (!format.equals("gptq") && !format.equals("gptq_v2")) {
      throw settings.invalid("checkpoint_format", "gptq or gptq_v2", "'" + format + "'");
    }
    zeroOffset = format.equals("gptq") ? 1 : 0;
  }

  @Override
  public Optional<QuantizedWeight> weight(TensorView tensor, Function<String, Optional<TensorView>> tensors) {
    if (!tensor.name().endsWith(MARK)) {
      return Optional.empty();
    }
    String prefix = tensor.name().substring(0, tensor.name().length() - MARK.length());
    List<String> parts = List.of(prefix + ".qzeros", prefix + ".scales", prefix + ".g_idx");
    return Optional.of(
        new QuantizedWeight(
            prefix + ".weight",
            parts,
            () -> Blocks.of(codes(PackedInts.of(tensor, bits), new Parts(prefix, tensors)))));
  }

  private GroupedCodes codes(PackedInts weight, Parts parts) {
    int rows = weight.cols();
    int inputs = Math.multiplyExact(weight.rows(), weight.perInt());
    int groups = parts.require(".scales").rows();
    float[] scales = parts.floats(".scales", groups, rows);
    PackedInts zeros = PackedInts.of(parts.require(".qzeros"), groups, Math.ceilDiv(rows, weight.perInt()), bits);
    int[] listed = parts.groups(".g_idx", inputs, groups);
    int[] groupOf = listed == null ? parts.evenGroups(inputs, groups) : listed;
    return new GroupedCodes(parts.prefix(), rows, inputs, groupOf, groups) {
      @Override
      void codes(int row, int[] codes) {
        for (int i = 0; i < codes.length; i++) {
          codes[i] = weight.code(i / weight.perInt(), row, i % weight.perInt());
        }
      }

      /** A zero point of 0 less one is stored as the largest code. */
      @Override
      int zero(int row, int group) {
        int stored = zeros.code(group, row / zeros.perInt(), row % zeros.perInt());
        return stored + zeroOffset & (1 << bits) - 1;
      }

      @Override
      float scale(int row, int group) {
        return scales[group * rows + row];
      }
    };
  }
}
