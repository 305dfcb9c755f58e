package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tern.kernel.scalar.PlainTiles;
import dev.tern.kernel.simd.SimdMatrix;
import dev.tern.quant.Layout;
import dev.tern.quant.Packing;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plain loops of a program's first moments give the bits that the vector kernels give. */
class PlainTilesTest {
  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "Q8"})
  void givesTheBitsOfTheVectorKernels(Layout layout) {
    Random random = new Random(4);
    try (NativeMemory memory = new NativeMemory();
        WorkerPool pool = new WorkerPool(2)) {
      for (int[] shape : new int[][] {{1, 1, 1}, {31, 33, 2}, {33, 64, 7}, {70, 96, 13}}) {
        Weights weights = Packing.pack("w", values(random, shape[0] * shape[1]), shape[0], shape[1], layout, memory);
        Activations in = Activations.of(shape[2], shape[1]);
        System.arraycopy(values(random, shape[2] * shape[1]), 0, in.data(), 0, shape[2] * shape[1]);
        Activations plain = Activations.of(shape[2], shape[0]);
        Activations fast = Activations.of(shape[2], shape[0]);
        new PlainTiles(pool).multiply(new Products().start(false).add(weights, in, plain));
        SimdMatrix simd = new SimdMatrix(pool, ActivationPrecision.F32);
        simd.multiplyHot(new Products().start(false).add(weights, in, fast));
        assertArrayEquals(fast.data(), plain.data());
      }
    }
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
