package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import org.junit.jupiter.api.Test;

class WindowsTest {
  @Test
  void everyTokenButTheStartOfEachFirstWindowIsScoredOnce() {
    for (int tokens = 2; tokens < 60; tokens++) {
      for (int length = 2; length < 20; length++) {
        for (int stride = 1; stride <= length; stride++) {
          int[] scored = new int[tokens];
          for (Windows.Window window : new Windows(length, stride).over(tokens)) {
            assertTrue(window.size() <= length && window.scoreFrom() > window.from() && window.to() <= tokens);
            for (int token = window.scoreFrom(); token < window.to(); token++) {
              scored[token]++;
            }
          }
          for (int token = 1; token < tokens; token++) {
            int expected = stride == length && token % length == 0 ? 0 : 1;
            assertEquals(expected, scored[token], "token %d of %d, %d/%d".formatted(token, tokens, length, stride));
          }
        }
      }
    }
  }

  @Test
  void impossibleWindowsAreNamed() {
    assertThrows(TernException.class, () -> new Windows(1, 1));
    assertThrows(TernException.class, () -> new Windows(8, 9));
  }
}
