package dev.tern.kernel;

import dev.tern.tensor.Activations;

/** Checks that the arguments of {@link VectorKernels} fit each other, for every implementation. */
public final class RowShapes {
  private RowShapes() {}

  /** Requires the same shape of both. */
  public static void requireSame(String what, Activations a, Activations b) {
    if (a.rows() != b.rows() || a.width() != b.width()) {
      throw new IllegalArgumentException(
          "%s: [%d, %d] and [%d, %d] differ".formatted(what, a.rows(), a.width(), b.rows(), b.width()));
    }
  }

  /** Requires a value per column, or null. */
  public static void requireColumns(String what, float[] values, int width) {
    if (values != null && values.length != width) {
      throw new IllegalArgumentException("%s: expected %d values, found %d".formatted(what, width, values.length));
    }
  }

  /** Requires equal groups, and weights for one group or for all. */
  public static void requireGroups(Activations x, int groups, float[] weight) {
    requireParts("groups", x.width(), groups);
    if (weight != null && weight.length != x.width()) {
      requireColumns("weight of a group", weight, x.width() / groups);
    }
  }

  /** Requires heads and angles that fit them. */
  public static void requireRotation(Activations x, int heads, Activations angles) {
    requireParts("heads", x.width(), heads);
    if (angles.rows() != x.rows() || angles.width() % 2 != 0 || angles.width() > x.width() / heads) {
      throw new IllegalArgumentException(
          "rotary angles [%d, %d] do not fit %d rows of heads of %d values"
              .formatted(angles.rows(), angles.width(), x.rows(), x.width() / heads));
    }
  }

  private static void requireParts(String what, int width, int parts) {
    if (parts < 1 || width % parts != 0) {
      throw new IllegalArgumentException("%d columns are not %d equal %s".formatted(width, parts, what));
    }
  }
}
