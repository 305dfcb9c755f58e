package dev.tern.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.checkpoint.Json;
import dev.tern.engine.Engine;
import dev.tern.evaluate.BenchResult;
import dev.tern.evaluate.Statistics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A result of {@code tern bench} under the keys of llama-bench where they mean the same, and ours. */
final class BenchJson {
  private BenchJson() {}

  static ObjectNode of(BenchResult result) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    addSetting(node, result);
    addTimes(node, result);
    addLimits(node, result);
    return node;
  }

  static String cache(BenchResult result) {
    return result.how().cache().toString().toLowerCase(Locale.ROOT);
  }

  private static void addSetting(ObjectNode node, BenchResult result) {
    node.put("model_filename", result.model().name());
    node.put("model_type", result.model().architecture());
    node.put("model_size", result.model().fileBytes());
    node.put("model_n_params", result.model().parameters());
    node.put("weight_bytes", result.model().weightBytes());
    node.put("n_batch", Engine.CHUNK);
    node.put("n_ubatch", Engine.CHUNK);
    node.put("n_threads", result.how().threads());
    node.put("type_k", cache(result));
    node.put("type_v", cache(result));
    node.put("n_prompt", result.what().prompt());
    node.put("n_gen", result.what().generated());
    node.put("n_depth", result.what().depth());
    node.put("n_sequences", result.what().sequences());
    node.put("attention", result.how().attention());
    node.put("adapters", result.how().adapters());
    node.put("test_time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static void addTimes(ObjectNode node, BenchResult result) {
    double[] nanos = Arrays.stream(result.timings().seconds()).map(seconds -> seconds * 1e9).toArray();
    node.put("avg_ns", Math.round(Statistics.mean(nanos)));
    node.put("stddev_ns", Math.round(Statistics.deviation(nanos)));
    node.put("avg_ts", Statistics.mean(result.rates()));
    node.put("stddev_ts", Statistics.deviation(result.rates()));
    node.put("median_ts", Statistics.median(result.rates()));
    node.put("first_token_ns", Math.round(1e9 * Statistics.median(result.timings().firstTokens())));
    Histogram tokens = result.timings().tokenNanos();
    for (int percentile : new int[] {50, 90, 99}) {
      node.put(
          "token_p%d_ns".formatted(percentile),
          tokens.getTotalCount() == 0 ? null : (Long) tokens.getValueAtPercentile(percentile));
    }
    node.put("warm_up_settled", result.timings().settled());
    ArrayNode sampleNanos = node.putArray("samples_ns");
    Arrays.stream(nanos).forEach(value -> sampleNanos.add(Math.round(value)));
    ArrayNode sampleRates = node.putArray("samples_ts");
    Arrays.stream(result.rates()).forEach(sampleRates::add);
  }

  private static void addLimits(ObjectNode node, BenchResult result) {
    node.put("machine_read_bytes_per_s", result.speed().readBytesPerSecond());
    node.put("machine_flops_per_s", result.speed().flopsPerSecond());
    node.put("least_bytes", result.work().total().bytes());
    node.put("least_flops", result.work().total().flops());
    node.put("bandwidth_share", result.bandwidthShare());
    node.put("flops_share", result.computeShare());
    node.put("predicted_ns", Math.round(1e9 * result.predictedSeconds()));
    node.put("predicted_by_measured", result.efficiency());
  }
}
