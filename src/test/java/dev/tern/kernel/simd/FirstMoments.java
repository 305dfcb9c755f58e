package dev.tern.kernel.simd;

/** Says whether row operations and attention are done in the plain loops of a program's first moments. */
public final class FirstMoments {
  private FirstMoments() {}

  public static void set(boolean plain) {
    ColdStart.valuesLeft = plain ? Integer.MAX_VALUE : 0;
  }
}
