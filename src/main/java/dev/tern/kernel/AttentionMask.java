package dev.tern.kernel;

/**
 * Which keys a query may see. Every kind is a range of positions per query, plus the first {@code sinks} positions.
 *
 * @param kind how the range follows from the query's position p
 * @param size window or chunk length; unused for CAUSAL and FULL
 * @param sinks positions at the start that stay visible besides the range
 */
public record AttentionMask(Kind kind, int size, int sinks) {
  public static final AttentionMask CAUSAL = new AttentionMask(Kind.CAUSAL, 0, 0);

  /** Kinds of ranges. */
  public enum Kind {
    /** [0, p]. */
    CAUSAL,
    /** (p - size, p]. */
    WINDOW,
    /** [⌊p / size⌋ · size, p]. */
    CHUNK,
    /** All keys, before and after (encoders). */
    FULL,
    /** [p - size, p + size] (encoders). */
    LOCAL
  }
}
