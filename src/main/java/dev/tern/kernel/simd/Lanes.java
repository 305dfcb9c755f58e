package dev.tern.kernel.simd;

import dev.tern.kernel.scalar.PlainMath;
import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape of the matrix kernels: the preferred one (as far as panels allow), or what the system property
 * {@code tern.vector.bits} (128, 256 or 512) says.
 *
 * <p>A kernel works on a <em>part</em> of a panel: {@code 2 · L} of its rows, where L is the number of float lanes:
 * rows {@code part · L …} and {@code 16 + part · L …}.
 */
final class Lanes {
  static {
    // Every kernel needs this class, so no kernel is compiled before the directives are there.
    CompilerDirectives.problem();
  }

  static final VectorShape SHAPE =
      Integer.getInteger("tern.vector.bits") == null
          ? VectorShape.forBitSize(Math.clamp(VectorShape.preferredShape().vectorBitSize(), 128, 512))
          : VectorShape.forBitSize(Integer.getInteger("tern.vector.bits"));

  static final VectorSpecies<Float> F = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, SHAPE);
  static final VectorSpecies<Short> S = VectorSpecies.of(short.class, SHAPE);
  static final VectorSpecies<Long> J = VectorSpecies.of(long.class, SHAPE);
  static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** Float lanes. */
  static final int L = F.length();

  /** Bytes of a vector. */
  static final int BYTES = F.vectorByteSize();

  /** Parts of a panel. */
  static final int PARTS = 16 / L;

  /** Masks a half float shifted into place as a float that is 2⁻¹¹² of its value. */
  static final int HALF_MASK = PlainMath.HALF_MASK;

  private Lanes() {}
}
