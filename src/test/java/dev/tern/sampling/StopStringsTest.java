package dev.tern.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  private static String feed(StopStrings stops, String text, int step) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); i += step) {
      shown.append(stops.next(text.substring(i, Math.min(text.length(), i + step))));
    }
    return shown.append(stops.finish()).toString();
  }

  @Test
  void endsBeforeTheFirstStopHoweverTheTextIsCut() {
    for (int step = 1; step < 9; step++) {
      StopStrings stops = new StopStrings(List.of("END", "EN!"));
      assertEquals("a EEN b ", feed(stops, "a EEN b EN! END c", step));
      assertEquals("EN!", stops.found());
    }
  }

  @Test
  void textWithoutAStopIsWhole() {
    for (int step = 1; step < 5; step++) {
      StopStrings stops = new StopStrings(List.of("xyz", ""));
      assertEquals("abcxyabxy", feed(stops, "abcxyabxy", step));
      assertNull(stops.found());
    }
  }

  @Test
  void whatCannotBeAStopIsShownAtOnce() {
    StopStrings stops = new StopStrings(List.of("stop"));
    assertEquals("abc", stops.next("abc"));
    assertEquals("d", stops.next("ds"));
    assertEquals("sx", stops.next("x"));
  }
}
