package dev.tern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Exception thrown, String... args) {
    CommandLine tern = Main.commandLine();
    tern.addSubcommand(new Probe(thrown));
    return tern.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
  }

  @Test
  void helpAndVersionSucceed() {
    assertEquals(0, run(null, "--help"));
    assertTrue(out.toString().startsWith("Usage: tern"), out.toString());
    assertTrue(out.toString().contains("Examples:"), out.toString());
    assertEquals(0, run(null, "probe", "-h"));
    assertTrue(out.toString().contains("Usage: tern probe"), out.toString());
    assertEquals(0, run(null, "--version"));
    assertTrue(out.toString().contains("Java " + Runtime.version()), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void aNamedCommandIsFoundAlone() {
    assertEquals(Set.of("verify"), Main.commandLine("verify", "--help").getSubcommands().keySet());
    assertTrue(Main.commandLine("help", "verify").getSubcommands().size() > 2);
    assertTrue(Main.commandLine("--verbose", "verify").getSubcommands().size() > 2);
  }

  @Test
  void aCommandGivesItsOwnExitCode() {
    assertEquals(7, run(null, "probe", "--code", "7"));
  }

  @Test
  void aMistypedCommandIsWrongUseWithASuggestion() {
    assertEquals(2, run(null, "porbe"));
    assertEquals("tern: no command 'porbe'. Did you mean probe? See 'tern --help'.\n", err.toString());
  }

  @Test
  void aMistypedOptionIsWrongUseWithASuggestion() {
    assertEquals(2, run(null, "probe", "--cod", "7"));
    assertTrue(err.toString().contains("'--cod'"), err.toString());
    assertTrue(err.toString().contains("Did you mean --code"), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void noCommandIsWrongUse() {
    assertEquals(2, run(null));
    assertEquals("tern: no command given. See 'tern --help'.\n", err.toString());
  }

  @Test
  void aBadValueIsWrongUse() {
    assertEquals(2, run(null, "probe", "--code", "seven"));
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void aFailureIsOneLine() {
    assertEquals(1, run(new TernException("the file is too\n short"), "probe"));
    assertEquals("tern probe: the file is too short\n", err.toString());
  }

  @Test
  void aMissingFileIsNamed() {
    assertEquals(1, run(new UncheckedIOException(new NoSuchFileException("model.gguf")), "probe"));
    assertEquals("tern probe: no such file: model.gguf\n", err.toString());
  }

  @Test
  void verboseShowsTheStackTrace() {
    assertEquals(1, run(new IllegalStateException("broken"), "probe", "--verbose"));
    String[] lines = err.toString().split("\n");
    assertEquals(
        "tern probe: internal error: java.lang.IllegalStateException: broken (--verbose shows where)", lines[0]);
    assertTrue(err.toString().contains("\tat dev.tern.cli.MainTest"), err.toString());
  }

  /** A command that fails or ends as the test asks. */
  @Command(name = "probe")
  private static final class Probe implements Callable<Integer> {
    private final Exception thrown;

    @Option(names = "--code")
    private int code;

    Probe(Exception thrown) {
      this.thrown = thrown;
    }

    @Override
    public Integer call() throws Exception {
      if (thrown != null) {
        throw thrown;
      }
      return code;
    }
  }
}
