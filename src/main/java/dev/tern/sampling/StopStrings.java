package dev.tern.sampling;

import java.util.List;

/**
 * Ends a streamed text before the first of several stop strings. Text that may be the beginning of one is held back
 * until it is clear.
 */
public final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private String found;

  public StopStrings(List<String> stops) {
    this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
  }

  /** Takes more text and returns what may be shown of it. */
  public String next(String text) {
    if (found != null) {
      return "";
    }
    if (stops.isEmpty()) {
      return text;
    }
    held.append(text);
    int end = firstStop();
    if (found == null) {
      end = held.length() - longestPartialStop();
    }
    String shown = held.substring(0, end);
    held.delete(0, found == null ? end : held.length());
    return shown;
  }

  /** What was held back when the text has ended by itself. */
  public String finish() {
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }

  /** The stop string that was met, or null. */
  public String found() {
    return found;
  }

  private int firstStop() {
    int first = Integer.MAX_VALUE;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      if (at >= 0 && at < first) {
        first = at;
        found = stop;
      }
    }
    return first;
  }

  /** The length of the longest end of the held text that begins a stop string. */
  private int longestPartialStop() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
