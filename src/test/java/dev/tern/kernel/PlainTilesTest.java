package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.kernel.scalar.PlainTiles;
import dev.tern.kernel.simd.SimdMatrix;
import dev.tern.quant.Codebook;
import dev.tern.quant.Layout;
import dev.tern.quant.Weights;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.util.Arrays;
import java.util.Random;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plain loops of a program's first moments give the bits that the vector kernels give. */
class PlainTilesTest {
  private final Random random = new Random(4);

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "Q8", "Q8_K16", "Q4", "Q4_K"})
  void givesTheBitsOfTheVectorKernels(Layout layout) {
    Codebook codebook = layout == Layout.Q4_K ? Codebook.UNSIGNED : Codebook.SIGNED;
    try (NativeMemory memory = new NativeMemory();
        WorkerPool pool = new WorkerPool(2)) {
      for (RandomWeights.Kind kind : RandomWeights.Kind.values()) {
        for (int[] shape : new int[][] {{1, 1, 1}, {31, 33, 2}, {33, 64, 7}, {70, 96, 13}, {600, 320, 9}}) {
          Weights weights = new RandomWeights(7).make(layout, codebook, kind, shape[0], shape[1], memory);
          compare(weights, shape[2], pool);
        }
      }
    }
  }

  private void compare(Weights weights, int tokens, WorkerPool pool) {
    Activations in = Activations.of(tokens, weights.cols());
    System.arraycopy(values(random, tokens * weights.cols()), 0, in.data(), 0, tokens * weights.cols());
    Arrays.fill(in.data(), 0, Math.min(40, in.data().length), 0);
    Activations plain = Activations.of(tokens, weights.rows());
    Activations fast = Activations.of(tokens, weights.rows());
    boolean wholeNumbers = VectorShape.preferredShape().vectorBitSize() == 512;
    PlainTiles tiles = new PlainTiles(pool, w -> wholeNumbers && w.layout().codeBits() == 4);
    if (tiles.supports(weights)) {
      tiles.multiply(new Products().start(false).add(weights, in, plain));
      SimdMatrix simd = new SimdMatrix(pool, ActivationPrecision.INT8);
      simd.multiplyHot(new Products().start(false).add(weights, in, fast));
      assertArrayEquals(fast.data(), plain.data());
    } else {
      assertTrue(weights.layout().codeBits() == 4 && !wholeNumbers, weights.layout().toString());
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
