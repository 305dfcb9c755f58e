package dev.tern.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.checkpoint.Json;
import dev.tern.evaluate.BenchResult;
import dev.tern.evaluate.Statistics;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints the results of {@code tern bench}. JSON uses the keys of llama-bench where they mean the same. */
final class BenchTable {
  /** Forms of the table. */
  enum Form {
    MD,
    CSV,
    JSON
  }

  private final Form form;
  private final PrintWriter out;

  BenchTable(Form form, PrintWriter out) {
    this.form = form;
    this.out = out;
  }

  void print(List<BenchResult> results) {
    switch (form) {
      case MD -> printMarkdown(results);
      case CSV -> printCsv(results);
      case JSON -> printJson(results);
    }
    out.flush();
  }

  private void printMarkdown(List<BenchResult> results) {
    out.println("| model | size | params | threads | kv | test | tokens/s |");
    out.println("|---|---:|---:|---:|---|---|---:|");
    for (BenchResult result : results) {
      out.printf(
          Locale.ROOT,
          "| %s | %s | %.2f M | %d | %s | %s | %.2f ± %.2f |%n",
          result.model(),
          Sizes.bytes(result.fileBytes()),
          result.parameters() / 1e6,
          result.threads(),
          cache(result),
          result.test(),
          Statistics.median(result.rates()),
          Statistics.deviation(result.rates()));
    }
  }

  private void printCsv(List<BenchResult> results) {
    out.println("model_filename,model_size,model_n_params,n_threads,type_kv,n_prompt,n_gen,n_depth,avg_ts,stddev_ts");
    for (BenchResult result : results) {
      out.printf(
          Locale.ROOT,
          "\"%s\",%d,%d,%d,%s,%d,%d,%d,%.4f,%.4f%n",
          result.model().replace("\"", "\"\""),
          result.fileBytes(),
          result.parameters(),
          result.threads(),
          cache(result),
          result.what().prompt(),
          result.what().generated(),
          result.what().depth(),
          Statistics.mean(result.rates()),
          Statistics.deviation(result.rates()));
    }
  }

  private void printJson(List<BenchResult> results) {
    ArrayNode array = Json.MAPPER.createArrayNode();
    results.forEach(result -> fill(array.addObject(), result));
    out.println(array.toPrettyString());
  }

  private static void fill(ObjectNode node, BenchResult result) {
    node.put("model_filename", result.model());
    node.put("model_type", result.architecture());
    node.put("model_size", result.fileBytes());
    node.put("model_n_params", result.parameters());
    node.put("weight_bytes", result.weightBytes());
    node.put("n_threads", result.threads());
    node.put("type_k", cache(result));
    node.put("type_v", cache(result));
    node.put("n_prompt", result.what().prompt());
    node.put("n_gen", result.what().generated());
    node.put("n_depth", result.what().depth());
    double[] nanos = java.util.Arrays.stream(result.seconds()).map(seconds -> seconds * 1e9).toArray();
    node.put("avg_ns", Math.round(Statistics.mean(nanos)));
    node.put("stddev_ns", Math.round(Statistics.deviation(nanos)));
    node.put("avg_ts", Statistics.mean(result.rates()));
    node.put("median_ts", Statistics.median(result.rates()));
    node.put("stddev_ts", Statistics.deviation(result.rates()));
    ArrayNode sampleNanos = node.putArray("samples_ns");
    java.util.Arrays.stream(nanos).forEach(value -> sampleNanos.add(Math.round(value)));
    ArrayNode sampleRates = node.putArray("samples_ts");
    java.util.Arrays.stream(result.rates()).forEach(sampleRates::add);
  }

  private static String cache(BenchResult result) {
    return result.cache().toString().toLowerCase(Locale.ROOT);
  }
}
