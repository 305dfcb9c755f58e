package dev.tern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class NumberListTest {
  private static List<Integer> read(String text) {
    return new NumberList.Converter().convert(text).values();
  }

  @Test
  void listsAndRanges() {
    assertEquals(List.of(512), read("512"));
    assertEquals(List.of(4, 1, 2), read("4,1, 2"));
    assertEquals(List.of(1, 2, 3, 7), read("1-3,7"));
    assertEquals(List.of(0, 512, 1024), read("0-1100+512"));
    assertEquals(List.of(128, 256, 512), read("128-512*2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "1,", "-1", "3-1", "1-9*1", "0-9*2", "1-9+0", "0-999999999", "99999999999"})
  void anythingElseIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> read(text));
  }
}
