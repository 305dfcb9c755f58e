package dev.tern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.checkpoint.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LawsCommandTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path runs;

  @BeforeEach
  void write() throws IOException {
    StringBuilder text = new StringBuilder("params,tokens,loss,set\n");
    for (double n = 1e7; n < 2e9; n *= 3) {
      for (double d = 1e9; d < 2e11; d *= 3) {
        double loss = 1.7 + 400 / Math.pow(n, 0.34) + 900 / Math.pow(d, 0.3);
        text.append("%s,%s,%s,a%n".formatted(n, d, loss));
      }
    }
    text.append("1e7,1e9,99,b\n");
    runs = Files.writeString(directory.resolve("runs.csv"), text);
  }

  private int run(String... options) {
    String[] all = new String[options.length + 2];
    all[0] = "laws";
    all[1] = runs.toString();
    System.arraycopy(options, 0, all, 2, options.length);
    return Main.commandLine(all).setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(all);
  }

  @Test
  void jsonHasTheLawAndThePlan() {
    int code = run("--where", "set=a", "--bootstrap", "20", "--plan", "1e22", "--plan", "1e22,1e12", "-o", "json");
    assertEquals(0, code, err.toString());
    JsonNode result = Json.parse("output", out.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertEquals(0.34, result.at("/parametric/law/parameterExponent").doubleValue(), 1e-4);
    assertEquals(1.7, result.at("/parametric/constants/E/value").doubleValue(), 1e-4);
    assertTrue(result.at("/parametric/constants/E/interval/low").isNumber());
    assertEquals(1e22, result.at("/plans/0/best/allocation/compute").doubleValue());
    assertTrue(result.at("/plans/0/sameLoss").isMissingNode());
    assertTrue(
        result.at("/plans/1/best/allocation/parameters").doubleValue()
            < result.at("/plans/1/trainingOnly/allocation/parameters").doubleValue());
  }

  @Test
  void textMarkdownAndReport() throws IOException {
    Path html = directory.resolve("laws.html");
    assertEquals(0, run("--drop-highest", "1", "--bootstrap", "0", "--html", html.toString()), err.toString());
    assertTrue(out.toString().contains("PARAMETRIC LAW"), out.toString());
    assertTrue(Files.readString(html).contains("<svg"));
    out.getBuffer().setLength(0);
    assertEquals(0, run("--drop-highest", "1", "--bootstrap", "0", "-o", "md"), err.toString());
    assertTrue(out.toString().startsWith("# Scaling laws"), out.toString());
    assertFalse(out.toString().contains("NaN"), out.toString());
  }

  @Test
  void wrongUse() {
    assertEquals(2, run("--plan", "much"));
    assertEquals(2, run("--plan", "1e20,-5"));
    assertEquals(2, run("--delta", "-1"));
    assertEquals(1, run("--columns", "loss=nothing"));
    assertTrue(err.toString().contains("no column 'nothing'"), err.toString());
    assertEquals(1, run("--by", "none", "--columns", "experts=tokens"));
  }
}
