package dev.tern.architecture.huggingface.quantized;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The formats of the compressed-tensors library that keep a scale (and perhaps a zero point) per tensor, row, or group
 * of columns: integers packed into 32 bits, 8-bit integers, and 8-bit floats.
 */
final class CompressedTensors implements QuantizationMethod {
  private static final Set<String> FORMATS =
      Set.of("dense", "float-quantized", "int-quantized", "mixed-precision", "naive-quantized", "pack-quantized");
  private static final String PACKED = ".weight_packed";
  private static final String WEIGHT = ".weight";

  private final ScaledFloats floats;

  CompressedTensors(Settings settings) {
    String format = settings.text("format", "dense");
    if (!FORMATS.contains(format)) {
      throw settings.invalid("format", String.join(", ", FORMATS.stream().sorted().toList()), "'" + format + "'");
    }
    String sparsity = settings.text("sparsity_config.format", "dense");
    if (!sparsity.equals("dense")) {
      throw settings.invalid("sparsity_config.format", "dense", "'" + sparsity + "'");
    }
    floats = new ScaledFloats(settings);
  }

  @Override
  public Optional<QuantizedWeight> weight(TensorView tensor, Function<String, Optional<TensorView>> tensors) {
    if (tensor.name().endsWith(PACKED)) {
      Parts parts = new Parts(without(tensor.name(), PACKED), tensors);
      return Optional.of(weight(parts, () -> packed(tensor, parts)));
    }
    if (tensor.name().endsWith(WEIGHT) && tensor.type() == TensorType.I8) {
      Parts parts = new Parts(without(tensor.name(), WEIGHT), tensors);
      return Optional.of(weight(parts, () -> bytes(tensor, parts)));
    }
    return floats.weight(tensor, tensors);
  }

  @Override
  public boolean isOfActivations(String name) {
    return floats.isOfActivations(name);
  }

  private static String without(String name, String suffix) {
    return name.substring(0, name.length() - suffix.length());
  }

  private static QuantizedWeight weight(Parts parts, Supplier<GroupedCodes> codes) {
    List<String> names =
        List.of(
            parts.prefix() + ".weight_scale",
            parts.prefix() + ".weight_zero_point",
            parts.prefix() + ".weight_shape",
            parts.prefix() + ".weight_g_idx");
    return new QuantizedWeight(parts.prefix() + WEIGHT, names, () -> Blocks.of(codes.get()));
  }

  /** Signed codes of 4 or 8 bits, stored with an offset that makes them unsigned; rows are padded to whole integers. */
  private static GroupedCodes packed(TensorView tensor, Parts parts) {
    TensorView shape = parts.require(".weight_shape");
    Parts.check(shape, TensorType.I64, 1, 2);
    int rows = dimension(shape, 0);
    int cols = dimension(shape, 1);
    if (tensor.rows() != rows || tensor.cols() < 1 || cols < 1) {
      throw Derivations.unexpected(tensor, "%d packed rows".formatted(rows));
    }
    int bits = Math.ceilDiv(cols, tensor.cols()) > 4 ? 4 : 8;
    PackedInts weight = PackedInts.of(tensor, rows, Math.ceilDiv(cols, 32 / bits), bits);
    TensorView scale = parts.require(".weight_scale");
    int groups = scale.size() == 1 || scale.size() == rows ? 1 : scale.cols();
    Optional<PackedInts> zeros =
        parts.find(".weight_zero_point").map(zero -> PackedInts.of(zero, Math.ceilDiv(rows, 32 / bits), groups, bits));
    int[] listed = parts.groups(".weight_g_idx", cols, groups);
    int[] groupOf = listed == null ? parts.evenGroups(cols, groups) : listed;
    float[] scales = scales(scale, rows, groups);
    return new GroupedCodes(parts.prefix(), rows, cols, groupOf, groups) {
      @Override
      void codes(int row, int[] codes) {
        for (int i = 0; i < codes.length; i++) {
          codes[i] = weight.code(row, i / weight.perInt(), i % weight.perInt()) - (1 << bits - 1);
        }
      }

      @Override
      int zero(int row, int group) {
        return zeros
            .map(zero -> zero.code(row / zero.perInt(), group, row % zero.perInt()) - (1 << bits - 1))
            .orElse(0);
      }

      @Override
      float scale(int row, int group) {
        return scales[row * groups + group];
      }
    };
  }

  private static int dimension(TensorView shape, int index) {
    long value = shape.data().get(ValueLayout.JAVA_LONG_UNALIGNED, 8L * index);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw Derivations.unexpected(shape, "dimensions below 2^31 instead of %d".formatted(value));
    }
    return (int) value;
  }

  private static GroupedCodes bytes(TensorView tensor, Parts parts) {
    int rows = tensor.rows();
    int cols = tensor.cols();
    TensorView scale = parts.require(".weight_scale");
    int groups = scale.size() == 1 || scale.size() == rows ? 1 : scale.cols();
    float[] scales = scales(scale, rows, groups);
    Optional<TensorView> zeros = parts.find(".weight_zero_point");
    zeros.ifPresent(zero -> Parts.check(zero, TensorType.I8, zero.size() == 1 ? 1 : rows, groups));
    return new GroupedCodes(parts.prefix(), rows, cols, parts.evenGroups(cols, groups), groups) {
      @Override
      void codes(int row, int[] codes) {
        for (int i = 0; i < codes.length; i++) {
          codes[i] = tensor.data().get(ValueLayout.JAVA_BYTE, (long) row * cols + i);
        }
      }

      @Override
      int zero(int row, int group) {
        return zeros
            .map(
                zero ->
                    (int) zero.data().get(ValueLayout.JAVA_BYTE, zero.size() == 1 ? 0 : (long) row * groups + group))
            .orElse(0);
      }

      @Override
      float scale(int row, int group) {
        return scales[row * groups + group];
      }
    };
  }

  /** Of each row and group; one for the whole tensor is repeated. */
  private static float[] scales(TensorView scale, int rows, int groups) {
    float[] values = Parts.floats(scale);
    if (values.length == 1) {
      float[] repeated = new float[rows];
      Arrays.fill(repeated, values[0]);
      return repeated;
    }
    if (values.length != rows * groups) {
      throw Derivations.unexpected(scale, "[%d, %d]".formatted(rows, groups));
    }
    return values;
  }
}
