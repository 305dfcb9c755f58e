package dev.tern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tern.checkpoint.Json;
import dev.tern.evaluate.BenchResult;
import dev.tern.evaluate.NetworkWork;
import dev.tern.evaluate.Throughput;
import dev.tern.evaluate.Work;
import dev.tern.kernel.KvType;
import dev.tern.kernel.MachineSpeed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  private static final String MODEL = "models/java-6m-q8_0.gguf";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Main.commandLine("bench").setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
  }

  /** Four tokens of two sequences in 2 and 4 seconds, where 1 second is the limit. */
  private static BenchResult result() {
    Histogram tokens = new Histogram(3);
    tokens.recordValue(1_000_000_000);
    Throughput.Case what = new Throughput.Case(0, 2, 7, 2);
    return new BenchResult(
        new BenchResult.Model("a\"b.gguf", "llama", 10, 20, 30),
        new BenchResult.Setting(what, 3, KvType.Q8, "window:8", "none"),
        new Throughput.Timings(new double[] {2, 4}, new double[] {1, 1}, tokens, false),
        new NetworkWork(List.of(new Work(5e9, 1e9))),
        new MachineSpeed(3, 256, 5e9, 10e9));
  }

  private String printed(BenchTable.Form form, int rows) {
    try (BenchTable table = new BenchTable(form, new PrintWriter(out))) {
      for (int i = 0; i < rows; i++) {
        table.add(result());
      }
    }
    return out.toString();
  }

  @Test
  void jsonHasTheKeysThatToolsRead() throws IOException {
    JsonNode rows = Json.MAPPER.readTree(printed(BenchTable.Form.JSON, 2));
    assertEquals(2, rows.size());
    JsonNode row = rows.get(0);
    for (String key : List.of("model_filename", "n_batch", "n_ubatch", "type_k", "type_v", "model_n_params")) {
      assertTrue(row.has(key), key);
    }
    assertEquals(3, row.get("n_threads").asInt());
    assertEquals(2, row.get("n_gen").asInt());
    assertEquals(7, row.get("n_depth").asInt());
    assertEquals(3_000_000_000L, row.get("avg_ns").asLong());
    assertEquals(1_414_213_562L, row.get("stddev_ns").asLong());
    assertEquals(1.5, row.get("avg_ts").asDouble(), 1e-9);
    assertEquals("[2.0,1.0]", row.get("samples_ts").toString());
    assertEquals(1.0 / 3, row.get("predicted_by_measured").asDouble(), 1e-9);
    assertEquals(1.0 / 3, row.get("bandwidth_share").asDouble(), 1e-9);
    assertEquals(1e9, row.get("token_p99_ns").asDouble(), 1e6);
  }

  @Test
  void noRowsAreStillJson() throws IOException {
    assertEquals(0, Json.MAPPER.readTree(printed(BenchTable.Form.JSON, 0)).size());
  }

  @Test
  void csvHasOneColumnPerValue() {
    List<String> lines = printed(BenchTable.Form.CSV, 2).lines().toList();
    assertEquals(3, lines.size());
    assertEquals(lines.get(0).split(",").length, lines.get(2).split(",").length);
    assertTrue(lines.get(1).startsWith("\"a\"\"b.gguf\",\"llama\",10,"), lines.get(1));
  }

  @Test
  void markdownTellsOfAWarmUpThatHasNotSettled() {
    List<String> lines = printed(BenchTable.Form.MD, 1).lines().toList();
    assertEquals(3, lines.size());
    assertEquals(
        lines.get(0).chars().filter(c -> c == '|').count(), lines.get(2).chars().filter(c -> c == '|').count());
    assertTrue(lines.get(2).contains("| tg2 @ d7 | 1.50 ± 0.71 (warm-up not settled) |"), lines.get(2));
  }

  @Test
  void listsAreCombined() {
    assertEquals(
        0, run("bench", "-m", MODEL, "-p", "0", "-n", "2", "-b", "1,2", "-r", "1", "-o", "csv"), err.toString());
    assertEquals(3, out.toString().lines().count(), out.toString());
  }

  @Test
  void wrongNumbersAreWrongUse() {
    assertEquals(2, run("bench", "-m", MODEL, "-r", "0"));
    assertEquals(
        "tern bench: option '--repetitions': expected 1 or more, found 0. See 'tern bench --help'.\n", err.toString());
  }
}
