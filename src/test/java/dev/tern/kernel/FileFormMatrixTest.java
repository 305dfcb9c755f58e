package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tern.checkpoint.TensorView;
import dev.tern.quant.GoldenQuants;
import dev.tern.quant.Layout;
import dev.tern.quant.LowRank;
import dev.tern.quant.Packing;
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
      MatrixKernels plain = Kernels.create(pool, ActivationPrecision.INT8).matrix();
      MatrixKernels kernels = new FileFormMatrix(pool, plain, 4 << 10);
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
        LowRank lowRank = lowRank(tensor.cols(), rows, memory);
        plain.multiply(products.start(decode).add(packed, in, 1, 2, expected, 1).addTerm(0, lowRank, 2, in, 2, 1));
        kernels.multiply(products.start(decode).add(file, in, 1, 2, found, 1).addTerm(0, lowRank, 2, in, 2, 1));
        assertArrayEquals(values(expected), values(found), decode ? "decode" : "prefill");
      }
      float[] row = new float[tensor.cols()];
      float[] expectedRow = new float[tensor.cols()];
      kernels.row(file, rows - 1, row, 0);
      kernels.row(packed, rows - 1, expectedRow, 0);
      assertArrayEquals(expectedRow, row, Float.MIN_VALUE); // packed rows have no negative zeros
    }
  }

  private static LowRank lowRank(int inputs, int outputs, NativeMemory memory) {
    RowSource wide = RowSource.of("wide", random(5, inputs).data(), 5, inputs);
    Weights up = Packing.pack("tall", random(outputs, 5).data(), outputs, 5, Layout.F32, memory);
    return new LowRank(inputs, Packing.pack(LowRank.halves(wide), Layout.F32, memory), up);
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
