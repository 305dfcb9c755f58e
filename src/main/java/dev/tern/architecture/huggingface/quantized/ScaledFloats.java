package dev.tern.architecture.huggingface.quantized;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.quant.Codecs;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * 8-bit floats with scales beside them ({@code weight_scale}, or {@code weight_scale_inv} of DeepSeek-V3, which is
 * multiplied with just the same): one for the tensor, one per row, or one per block of rows and columns. With powers of
 * two as scales bfloat16 holds the products, else they are rounded ({@link FloatRows}).
 */
final class ScaledFloats implements QuantizationMethod {
  private static final List<String> SCALES = List.of("_scale_inv", "_scale");
  private static final List<String> OF_ACTIVATIONS =
      List.of("input_scale", "activation_scale", "input_scale_ub", "output_scale", "q_scale", "k_scale", "v_scale");
  private static final Set<TensorType> TYPES = Set.of(TensorType.F8_E4M3, TensorType.F8_E5M2);

  private final int blockRows;
  private final int blockCols;

  ScaledFloats(Settings settings) {
    long[] block = settings.integers("weight_block_size", 128, 128);
    if (block.length != 2 || block[0] < 1 || block[1] < 1 || Math.max(block[0], block[1]) > 1 << 20) {
      throw settings.invalid("weight_block_size", "rows and columns of a block", Arrays.toString(block));
    }
    blockRows = (int) block[0];
    blockCols = (int) block[1];
  }

  @Override
  public Optional<QuantizedWeight> weight(TensorView tensor, Function<String, Optional<TensorView>> tensors) {
    return TYPES.contains(tensor.type())
        ? SCALES.stream()
            .flatMap(suffix -> tensors.apply(tensor.name() + suffix).stream())
            .findFirst()
            .map(scale -> weight(tensor, scale))
        : Optional.empty();
  }

  private QuantizedWeight weight(TensorView tensor, TensorView scale) {
    return new QuantizedWeight(tensor.name(), List.of(scale.name()), () -> new Scaled(tensor, scale).decode());
  }

  @Override
  public boolean isOfActivations(String name) {
    return OF_ACTIVATIONS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** One weight; if it is a stack of matrices, each has scales of its own. */
  private final class Scaled {
    private final TensorView tensor;
    private final float[] scales;
    private final int rows;
    private final int scaleRows;
    private final int scaleCols;
    private final int rowsPerScale;
    private final int colsPerScale;

    Scaled(TensorView tensor, TensorView scale) {
      this.tensor = tensor;
      scales = Parts.floats(scale);
      int dimensions = tensor.shape().size();
      rows = dimensions < 2 ? 1 : Math.toIntExact(tensor.shape().get(dimensions - 2));
      int matrices = rows == 0 ? 0 : tensor.rows() / rows;
      boolean perRow = scale.shape().size() < dimensions && scales.length == tensor.rows();
      scaleCols = perRow ? 1 : scale.cols();
      scaleRows = scales.length == 1 ? 1 : Math.max(1, scales.length / Math.max(1, scaleCols * matrices));
      rowsPerScale = perScale(rows, scaleRows, blockRows);
      colsPerScale = perScale(tensor.cols(), scaleCols, blockCols);
      boolean fits = scales.length == 1 || scales.length == (long) matrices * scaleRows * scaleCols;
      if (!fits
          || Math.ceilDiv(rows, rowsPerScale) != scaleRows
          || Math.ceilDiv(tensor.cols(), colsPerScale) != scaleCols) {
        throw Derivations.unexpected(
            scale, "scales of %s in blocks of [%d, %d]".formatted(tensor.shape(), blockRows, blockCols));
      }
    }

    private static int perScale(int size, int scales, int block) {
      return scales == 1 ? Math.max(1, size) : scales == size ? 1 : block;
    }

    TensorView decode() {
      float largest = 0;
      boolean powers = true;
      for (float scale : scales) {
        largest = Math.max(largest, Math.abs(scale));
        powers &= scale == Math.scalb(1f, Math.getExponent(scale));
      }
      float largestValue = largest * (tensor.type() == TensorType.F8_E4M3 ? 448 : 57344);
      return FloatRows.write(tensor, powers ? TensorType.BF16 : FloatRows.narrowest(largestValue), this::read);
    }

    private void read(int row, float[] values) {
      int cols = values.length;
      Codecs.of(tensor.type()).decode(tensor.data(), (long) row * cols, values, 0, cols);
      int matrix = scales.length == 1 ? 0 : row / rows;
      int first = (matrix * scaleRows + row % rows / rowsPerScale) * scaleCols;
      for (int col = 0; col < cols; col++) {
        values[col] *= scales[first + col / colsPerScale];
      }
    }
  }
}
