package dev.tern.evaluate;

import dev.tern.error.TernException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a long text is cut into contexts: windows of {@code length} tokens that start {@code stride} apart. A token is
 * scored once, in the first window that holds it, given the tokens before it in that window.
 */
public record Windows(int length, int stride) {
  public Windows {
    if (length < 2 || stride < 1 || stride > length) {
      throw new TernException(
          "window %d with stride %d: expected a window of 2 or more and a stride from 1 to the window"
              .formatted(length, stride));
    }
  }

  /** Windows one after the other. */
  public static Windows disjoint(int length) {
    return new Windows(length, length);
  }

  /**
   * One context.
   *
   * @param from first token
   * @param to end of the tokens, exclusive
   * @param scoreFrom first token to be scored: it and all after it are
   */
  public record Window(int from, int to, int scoreFrom) {
    public int size() {
      return to - from;
    }
  }

  /** The windows over {@code tokens} tokens; the first token of all is never scored. */
  public List<Window> over(int tokens) {
    List<Window> windows = new ArrayList<>();
    int scored = 1;
    for (int from = 0; scored < tokens; from += stride) {
      int to = Math.min(tokens, from + length);
      if (to > scored) {
        int first = Math.max(scored, from + 1);
        if (to > first) {
          windows.add(new Window(from, to, first));
        }
        scored = to;
      }
    }
    return windows;
  }
}
