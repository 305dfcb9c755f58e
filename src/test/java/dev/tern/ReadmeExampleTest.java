package dev.tern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of README.md is the text of {@link ReadmeExample}, and it runs. */
class ReadmeExampleTest {
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void readmeShowsTheCompiledExample() throws IOException {
    Matcher code = CODE.matcher(Files.readString(Path.of("README.md")));
    assertTrue(code.find(), "README.md has an example");
    String source = Files.readString(Path.of("src/test/java/dev/tern/ReadmeExample.java"));
    String body = source.substring(source.indexOf("  // README\n") + 12, source.indexOf("  // end\n"));
    assertEquals(code.group(1), body.replaceAll("(?m)^  ", ""));
  }

  @Test
  void theExampleRuns() {
    PrintStream before = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      ReadmeExample.main();
    } finally {
      System.setOut(before);
    }
    assertTrue(captured.toString(StandardCharsets.UTF_8).contains("tokens/s"), captured::toString);
  }
}
