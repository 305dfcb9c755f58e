package dev.tern.benchmarks;

import dev.tern.architecture.BuildOptions;
import dev.tern.checkpoint.TensorType;
import dev.tern.engine.LoadedModel;
import dev.tern.evaluate.SyntheticCheckpoint;
import dev.tern.kernel.ActivationPrecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Texts through an encoder of the shape of MiniLM-L6: {@code texts} and {@code tokens} per second by batch and length.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Benchmark)
public class EncoderBenchmark {
  private static final int LAYERS = 6;
  private static final int WIDTH = 384;
  private static final int HIDDEN = 1536;
  private static final int VOCABULARY = 30_522;
  private static final int CONTEXT = 512;

  /** What went through. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public long texts;

    /** Reported by JMH under its name. */
    public long tokens;
  }

  @Param({"1", "8", "32"})
  int batch;

  @Param({"16", "128", "512"})
  int length;

  private LoadedModel model;
  private List<int[]> inputs;

  @Setup
  public void load() {
    try (SyntheticCheckpoint checkpoint = checkpoint()) {
      model =
          LoadedModel.load(checkpoint, new LoadedModel.Options(0, 0, ActivationPrecision.F32, BuildOptions.DEFAULT));
    }
    Random random = new Random(1);
    inputs = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      inputs.add(random.ints(length, 0, VOCABULARY).toArray());
    }
  }

  private static SyntheticCheckpoint checkpoint() {
    Map<String, Object> metadata =
        Map.of(
            "general.architecture", "bert",
            "bert.block_count", (long) LAYERS,
            "bert.embedding_length", (long) WIDTH,
            "bert.feed_forward_length", (long) HIDDEN,
            "bert.context_length", (long) CONTEXT,
            "bert.attention.head_count", 12L,
            "bert.attention.layer_norm_epsilon", 1e-12);
    SyntheticCheckpoint checkpoint =
        new SyntheticCheckpoint("MiniLM-L6", metadata, TensorType.F16, (long) VOCABULARY * WIDTH);
    checkpoint.matrix("token_embd.weight", VOCABULARY, WIDTH).matrix("position_embd.weight", CONTEXT, WIDTH);
    norm(checkpoint, "token_embd_norm");
    for (int i = 0; i < LAYERS; i++) {
      String layer = "blk." + i + ".";
      for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
        checkpoint.matrix(layer + name + ".weight", WIDTH, WIDTH).vector(layer + name + ".bias", WIDTH, 0);
      }
      checkpoint.matrix(layer + "ffn_up.weight", HIDDEN, WIDTH).vector(layer + "ffn_up.bias", HIDDEN, 0);
      checkpoint.matrix(layer + "ffn_down.weight", WIDTH, HIDDEN).vector(layer + "ffn_down.bias", WIDTH, 0);
      norm(checkpoint, layer + "attn_output_norm");
      norm(checkpoint, layer + "layer_output_norm");
    }
    return checkpoint;
  }

  private static void norm(SyntheticCheckpoint checkpoint, String name) {
    checkpoint.vector(name + ".weight", WIDTH, 1).vector(name + ".bias", WIDTH, 0);
  }

  @Benchmark
  public float encode(Counter counter) {
    float[] sum = {0};
    model.engine().encode(inputs, (span, hidden, logits, row) -> sum[0] += hidden.data()[hidden.offset(span.row())]);
    counter.texts += batch;
    counter.tokens += (long) batch * length;
    return sum[0];
  }

  @TearDown
  public void close() {
    model.close();
  }
}
