package dev.tern.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @TempDir Path folder;

  private static JsonNode parse(String text) {
    return Json.parse("x.json", text.getBytes(UTF_8));
  }

  @Test
  void readsWhatPythonWrites() {
    JsonNode node = parse("{\"a\": Infinity, \"b\": NaN, \"c\": 1e-06, \"d\": 1, \"d\": 2}");
    assertEquals(Double.POSITIVE_INFINITY, node.get("a").doubleValue());
    assertTrue(Double.isNaN(node.get("b").doubleValue()));
    assertEquals(1e-6, node.get("c").doubleValue());
    assertEquals(2, node.get("d").intValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "{",
        "{\"a\":1}}",
        "[1,]",
        "{'a':1}",
        "nul",
        "\u0000",
        "\u001b[2J",
        "{\"a\": 1e5x}",
        "{\"a\":\"\u0001\"}"
      })
  void refusesMalformedText(String text) {
    var e = assertThrows(CheckpointException.class, () -> parse(text));
    assertTrue(e.getMessage().startsWith("x.json: expected JSON"), e.getMessage());
    assertTrue(e.getMessage().chars().noneMatch(Character::isISOControl), e.getMessage());
  }

  @Test
  void refusesDepth() {
    assertThrows(CheckpointException.class, () -> parse("[".repeat(100_000)));
  }

  @Test
  void refusesMissingFilesAndOtherThanObjects() throws IOException {
    Path file = folder.resolve("config.json");
    var missing = assertThrows(CheckpointException.class, () -> Json.read(file));
    assertEquals(file + ": expected a file, found none", missing.getMessage());
    Files.writeString(file, "[]");
    var array = assertThrows(CheckpointException.class, () -> Json.readObject(file));
    assertEquals(file + ": expected a JSON object, found ARRAY", array.getMessage());
  }
}
