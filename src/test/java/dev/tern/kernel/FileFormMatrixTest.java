package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tern.checkpoint.TensorView;
import dev.tern.quant.GoldenQuants;
import dev.tern.quant.RowSource;
import dev.tern.quant.WeightForm;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrices in their file multiply, bit for bit, like packed ones. */
class FileFormMatrixTest {
  static Stream<TensorView> tensors() {
    return GoldenQuants.encoded().tensors().stream();
  }

  @ParameterizedTest
  @MethodSource("tensors")
  void everyTypeInStripsOfRows(TensorView tensor) {
    // Enough rows for several strips, the last one with part of a panel.
    int rows = 32 * 9 + 5;
    int[] order = IntStream.range(0, rows).map(row -> row * 7 % tensor.rows()).toArray();
    RowSource source = RowSource.of(tensor).permute(order);
    try (NativeMemory memory = new NativeMemory();
        WorkerPool pool = new WorkerPool(2)) {
      MatrixKernels kernels =
          new FileFormMatrix(pool, Kernels.create(pool, ActivationPrecision.INT8).matrix(), 4 << 10);
      Weights packed = WeightForm.PACKED.load(source, memory);
      Weights file = WeightForm.FILE.load(source, memory);
      assertFalse(file.packed());
      for (boolean decode : new boolean[] {true, false}) {
        Activations in = random(3, tensor.cols());
        Activations expected = Activations.of(4, rows);
        Activations found = Activations.of(4, rows);
        Products products = new Products().start(decode).add(packed, in, 1, 2, expected, 1);
        kernels.multiply(products.add(file, in, 1, 2, found, 1));
        assertArrayEquals(values(expected), values(found), decode ? "decode" : "prefill");
      }
      float[] row = new float[tensor.cols()];
      float[] expectedRow = new float[tensor.cols()];
      kernels.row(file, rows - 1, row, 0);
      kernels.row(packed, rows - 1, expectedRow, 0);
      assertArrayEquals(expectedRow, row, Float.MIN_VALUE); // packed rows have no negative zeros
    }
  }

  private static float[] values(Activations x) {
    return Arrays.copyOf(x.data(), x.rows() * x.width());
  }

  private static Activations random(int rows, int width) {
    Activations x = Activations.of(rows, width);
    Random random = new Random(5);
    for (int i = 0; i < rows * width; i++) {
      x.data()[i] = random.nextFloat() - 0.5f;
    }
    return x;
  }
}
