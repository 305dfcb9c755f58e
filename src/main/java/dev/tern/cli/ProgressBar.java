package dev.tern.cli;

import java.util.Locale;

/** A bar on the terminal; nothing where there is no terminal. */
final class ProgressBar {
  private static final int WIDTH = 40;
  private static final String ERASE = "\r\u001b[K";

  private final boolean isTerminal = System.console() != null && System.console().isTerminal();

  /** Draws the bar for a share from 0 to 1. */
  void show(double share) {
    if (isTerminal) {
      int full = (int) (share * WIDTH);
      System.err.print(
          ERASE + "█".repeat(full) + "░".repeat(WIDTH - full) + String.format(Locale.ROOT, " %3.0f%%", 100 * share));
      System.err.flush();
    }
  }

  /** Removes it, so that a line may be printed. */
  void erase() {
    if (isTerminal) {
      System.err.print(ERASE);
      System.err.flush();
    }
  }
}
