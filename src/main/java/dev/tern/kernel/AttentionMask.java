package dev.tern.kernel;

import java.util.Locale;

/**
 * Which keys a query may see. Every kind is a range of positions per query, plus the first {@code sinks} positions; of
 * a CAUSAL range, a query may look at some blocks only.
 *
 * @param kind how the range follows from the query's position p
 * @param size window or chunk length; unused for CAUSAL and FULL
 * @param sinks positions at the start that stay visible besides the range
 * @param blocks which blocks of the range, or null for all
 */
public record AttentionMask(Kind kind, int size, int sinks, BlockSelection blocks) {
  public static final AttentionMask CAUSAL = new AttentionMask(Kind.CAUSAL, 0, 0);
  public static final AttentionMask FULL = new AttentionMask(Kind.FULL, 0, 0);

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

  public AttentionMask {
    boolean sized = kind == Kind.WINDOW || kind == Kind.CHUNK;
    if (sized && size < 1 || size < 0 || sinks < 0) {
      throw new IllegalArgumentException("%s mask of size %d with %d sinks".formatted(kind, size, sinks));
    }
    if (blocks != null && kind != Kind.CAUSAL) {
      throw new IllegalArgumentException("%s mask with a choice of blocks: expected CAUSAL".formatted(kind));
    }
  }

  public AttentionMask(Kind kind, int size, int sinks) {
    this(kind, size, sinks, null);
  }

  /** Causal attention to some blocks only. */
  public static AttentionMask of(BlockSelection blocks) {
    return new AttentionMask(Kind.CAUSAL, 0, 0, blocks);
  }

  /** What differs from causal attention, for people: empty, or ", window 512". */
  public String label() {
    String range = kind == Kind.CAUSAL ? "" : ", " + kind.toString().toLowerCase(Locale.ROOT);
    return range
        + (size > 0 ? " " + size : "")
        + (sinks > 0 ? ", sinks " + sinks : "")
        + (blocks == null ? "" : ", top %d blocks of %d".formatted(blocks.top(), blocks.size()));
  }

  /** First position of the range that a query at {@code position} sees. */
  public int from(int position) {
    return switch (kind) {
      case CAUSAL, FULL -> 0;
      case WINDOW -> Math.max(0, position - size + 1);
      case CHUNK -> position - position % size;
      case LOCAL -> Math.max(0, position - size);
    };
  }

  /** End (exclusive) of the range that a query at {@code position} sees among {@code length} keys. */
  public int to(int position, int length) {
    return switch (kind) {
      case CAUSAL, WINDOW, CHUNK -> Math.min(position + 1, length);
      case FULL -> length;
      case LOCAL -> (int) Math.min((long) position + size + 1, length);
    };
  }

  /** How many of {@code length} keys a query at {@code position} sees. */
  public int seen(int position, int length) {
    if (blocks != null && !blocks.seesAll(position)) {
      return (blocks.top() + 1) * blocks.size() + position % blocks.size() + 1;
    }
    return to(position, length) - from(position) + sinksTo(position);
  }

  /** End (exclusive) of the sinks that a query at {@code position} sees before its range. */
  public int sinksTo(int position) {
    return Math.min(sinks, from(position));
  }
}
