package dev.tern.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.evaluate.BenchResult;
import dev.tern.evaluate.Statistics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Prints the results of {@code tern bench} as they come. */
final class BenchTable implements AutoCloseable {
  /** Forms of the table. */
  enum Form {
    MD,
    CSV,
    JSON
  }

  private static final double[] PERCENTILES = {50, 90, 99};

  private final Form form;
  private final PrintWriter out;
  private int rows;

  BenchTable(Form form, PrintWriter out) {
    this.form = form;
    this.out = out;
  }

  /** Prints a row. */
  void add(BenchResult result) {
    switch (form) {
      case MD -> addMarkdown(result);
      case CSV -> addCsv(BenchJson.of(result));
      case JSON -> out.print((rows == 0 ? "[\n" : ",\n") + BenchJson.of(result).toPrettyString());
    }
    rows++;
    out.flush();
  }

  private void addMarkdown(BenchResult result) {
    if (rows == 0) {
      out.println(
          "| model | size | params | threads | batch | kv | attention | adapters | test | tokens/s | first token, ms |"
              + " token p50/p90/p99, ms | of bandwidth | of multiply-adds | predicted/measured |");
      out.println("|---|---:|---:|---:|---:|---|---|---|---|---:|---:|---:|---:|---:|---:|");
    }
    List<String> cells = new ArrayList<>();
    cells.add(result.model().name());
    cells.add(Sizes.bytes(result.model().fileBytes()));
    cells.add(format("%.2f M", result.model().parameters() / 1e6));
    cells.add(Integer.toString(result.how().threads()));
    cells.add(Integer.toString(result.what().sequences()));
    cells.add(BenchJson.cache(result));
    cells.add(result.how().attention());
    cells.add(result.how().adapters());
    cells.add(result.test());
    cells.add(rate(result));
    cells.add(format("%.2f", 1e3 * Statistics.median(result.timings().firstTokens())));
    cells.add(percentiles(result.timings().tokenNanos()));
    cells.add(format("%.2f", result.bandwidthShare()));
    cells.add(format("%.2f", result.computeShare()));
    cells.add(format("%.2f", result.efficiency()));
    out.println(cells.stream().collect(Collectors.joining(" | ", "| ", " |")));
  }

  private static String rate(BenchResult result) {
    String spread =
        String.format(
            Locale.ROOT, "%.2f ± %.2f", Statistics.median(result.rates()), Statistics.deviation(result.rates()));
    return result.timings().settled() ? spread : spread + " (warm-up not settled)";
  }

  private static String percentiles(Histogram nanos) {
    if (nanos.getTotalCount() == 0) {
      return "–";
    }
    List<String> values = new ArrayList<>();
    for (double percentile : PERCENTILES) {
      values.add(format("%.2f", nanos.getValueAtPercentile(percentile) / 1e6));
    }
    return String.join("/", values);
  }

  /** One column per plain value. */
  private void addCsv(ObjectNode node) {
    node.properties().removeIf(entry -> entry.getValue() instanceof ArrayNode);
    if (rows == 0) {
      out.println(node.properties().stream().map(Map.Entry::getKey).collect(Collectors.joining(",")));
    }
    out.println(node.properties().stream().map(entry -> cell(entry.getValue())).collect(Collectors.joining(",")));
  }

  private static String cell(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    return value.isTextual() ? '"' + value.asText().replace("\"", "\"\"") + '"' : value.toString();
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** Ends the table. */
  @Override
  public void close() {
    if (form == Form.JSON) {
      out.println(rows == 0 ? "[]" : "\n]");
    }
    out.flush();
  }
}
