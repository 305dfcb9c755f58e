package dev.tern.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How a page of positions lies in memory. A page holds {@link #PAGE} positions: one head after the other, each with its
 * keys and then its values, the order in which they are read. Either has panels and, for Q8, scales. A panel is a
 * matrix {@code [steps, 32 lanes]}, step after step, so that products stream it with vectors along the lanes and no
 * horizontal sums:
 *
 * <ul>
 *   <li>keys: a panel per 32 positions; steps are the columns of the key, lanes the positions;
 *   <li>values: a panel per 32 columns (the last one padded); steps are the positions of the page, lanes the columns;
 *   <li>a latent page has only panels of the second kind, over all columns of the key.
 * </ul>
 */
public record KeyValueLayout(KvType type, KeyValueShape shape) {
  /** Positions of a page. */
  public static final int PAGE = 128;

  /** Lanes of a panel. */
  public static final int PANEL = 32;

  private static final ValueLayout.OfFloat SCALE = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Panels over {@code width} columns. */
  public static int groups(int width) {
    return (width + PANEL - 1) / PANEL;
  }

  /** Byte offset in a page of the key panel that holds slot {@code slot} of the page; not for latent pages. */
  public long keyPanel(int head, int slot) {
    return head * headBytes() + (long) (slot / PANEL) * keySteps() * stepBytes();
  }

  /** Byte offset of the scale of a key (Q8); for latent pages, of the part of the key that is no value. */
  public long keyScale(int head, int slot) {
    return head * headBytes() + keyBytes() - scaleBytes() + slot * 4L;
  }

  /** Byte offset of the panel with columns {@code 32·group …} of the values (latent: of the keys). */
  public long valuePanel(int head, int group) {
    return head * headBytes() + keyBytes() + (long) group * PAGE * stepBytes();
  }

  /** Byte offset of the scale of a value (Q8). */
  public long valueScale(int head, int slot) {
    return (head + 1) * headBytes() - scaleBytes() + slot * 4L;
  }

  /** Copies the scales of all positions of a page that start at byte {@code at} of it. */
  public static void copyScales(MemorySegment page, long at, float[] scales, int to) {
    MemorySegment.copy(page, SCALE, at, scales, to, PAGE);
  }

  /** Bytes of a page, a multiple of 64. */
  public long pageBytes() {
    return shape.kvHeads() * headBytes();
  }

  private long headBytes() {
    return keyBytes() + valueBytes();
  }

  /** Bytes from one step of a panel to the next; a quarter of the bytes to the fourth next for Q8. */
  public int stepBytes() {
    return PANEL * type.bytes();
  }

  /** Byte offset inside a panel. */
  public long element(int step, int lane) {
    return switch (type) {
      case F32 -> step * 128L + lane * 4L;
      case F16, BF16 -> step * 64L + pairedLane(lane) * 2L;
      case Q8 -> (step >> 2) * 128L + lane * 4L + (step & 3);
    };
  }

  /**
   * Where a lane of a 16-bit panel lies: lanes 0–15 in the low and 16–31 in the high halves of 16 ints, so that both
   * widen to f32 by a shift or a mask, in order.
   */
  private static int pairedLane(int lane) {
    return lane < 16 ? 2 * lane : 2 * (lane - 16) + 1;
  }

  private int keySteps() {
    return (shape.keyWidth() + 3) & ~3;
  }

  private long keyBytes() {
    return (shape.latent() ? 0 : (long) PAGE * keySteps() * type.bytes()) + scaleBytes();
  }

  private long valueBytes() {
    int groups = groups(shape.latent() ? shape.keyWidth() : shape.valueWidth());
    return (long) groups * PAGE * stepBytes() + scaleBytes();
  }

  private long scaleBytes() {
    return type == KvType.Q8 ? PAGE * 4L : 0;
  }
}
