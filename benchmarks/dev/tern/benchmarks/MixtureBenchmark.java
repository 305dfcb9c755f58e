package dev.tern.benchmarks;

import dev.tern.checkpoint.TensorType;
import dev.tern.kernel.Activation;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.WorkerPool;
import dev.tern.layer.ChannelMixer;
import dev.tern.layer.FeedForward;
import dev.tern.layer.GatedActivation;
import dev.tern.layer.Linear;
import dev.tern.layer.MixtureOfExperts;
import dev.tern.layer.Pass;
import dev.tern.layer.Router;
import dev.tern.layer.Router.Scoring;
import dev.tern.layer.State;
import dev.tern.quant.Codecs;
import dev.tern.quant.Packing;
import dev.tern.quant.RowSource;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Mixtures of experts of published shapes in 4 bits, beside dense layers with the parameters that are active for a
 * token, router included. Layers are taken in turn, so that weights come from memory as in a model. {@code gigabytes}
 * per second are those of all weights that had to be read: each chosen expert once per batch.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(1)
@org.openjdk.jmh.annotations.State(Scope.Benchmark)
public class MixtureBenchmark {
  /** Widths and experts of a published model. */
  public enum Shape {
    /** Qwen3-30B-A3B. */
    QWEN3_30B(2048, 128, 8, 768),
    /** OLMoE 7B-1B. */
    OLMOE(2048, 64, 8, 1024),
    /** gpt-oss-20b; its experts without biases. */
    GPT_OSS_20B(2880, 32, 4, 2880);

    private final int width;
    private final int experts;
    private final int active;
    private final int hidden;

    Shape(int width, int experts, int active, int hidden) {
      this.width = width;
      this.experts = experts;
      this.active = active;
      this.hidden = hidden;
    }
  }

  /** What is measured. */
  public enum Kind {
    /** One feed-forward as wide as the active experts together. */
    DENSE,
    /** Every expert is as likely as another. */
    UNIFORM,
    /** An eighth of the experts gets most of the tokens. */
    SKEWED
  }

  /** Weights that were read. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @org.openjdk.jmh.annotations.State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public double gigabytes;
  }

  private static final long LEAST_BYTES = 256L << 20;

  @Param Shape shape;
  @Param Kind kind;

  /** Tokens at a time: 1 is decoding. */
  @Param({"1", "256"})
  int tokens;

  private final Random random = new Random(3);
  private final Activations in = new Activations();
  private final Activations out = new Activations();
  private NativeMemory memory;
  private WorkerPool pool;
  private Pass pass;
  private MemorySegment pattern;
  private ChannelMixer[] layers;
  private int next;

  /** Makes layers of random weights, enough to fill more than the caches. */
  @Setup
  public void prepare() {
    pool = WorkerPool.ofDefaultSize();
    memory = NativeMemory.expecting(1L << 30);
    int largest = shape.width * shape.active * shape.hidden;
    pattern = Arena.ofAuto().allocate(TensorType.Q4_0.bytes(largest), 64);
    Codecs.of(TensorType.Q4_0).encode(random(largest, 0.02), 0, largest, null, pattern, 0);
    pass = new Pass(Kernels.create(pool, ActivationPrecision.INT8));
    pass.batch().start(tokens == 1).add(new State[0], List.of(), 0, new int[tokens], 0, tokens);
    long bytes = (kind == Kind.DENSE ? shape.active : shape.experts) * expertBytes();
    layers = new ChannelMixer[(int) Math.max(1, LEAST_BYTES / bytes)];
    Arrays.setAll(layers, i -> kind == Kind.DENSE ? dense() : mixture());
    in.resize(64 * tokens, shape.width);
    System.arraycopy(random(64 * tokens * shape.width, 1), 0, in.data(), 0, 64 * tokens * shape.width);
  }

  private float[] random(int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private long expertBytes() {
    return 3L * TensorType.Q4_0.bytes((long) shape.width * shape.hidden);
  }

  private ChannelMixer dense() {
    int hidden = shape.active * shape.hidden;
    GatedActivation silu = new GatedActivation.Plain(Activation.SILU);
    return new FeedForward(linear(hidden, shape.width), linear(hidden, shape.width), linear(shape.width, hidden), silu);
  }

  private ChannelMixer mixture() {
    Linear[] gate = new Linear[shape.experts];
    Linear[] up = new Linear[shape.experts];
    Linear[] down = new Linear[shape.experts];
    for (int i = 0; i < shape.experts; i++) {
      gate[i] = linear(shape.hidden, shape.width);
      up[i] = linear(shape.hidden, shape.width);
      down[i] = linear(shape.width, shape.hidden);
    }
    float[] preference = new float[shape.experts];
    for (int i = 0; kind == Kind.SKEWED && i < shape.experts / 8; i++) {
      preference[i * 8] = 1.5f;
    }
    Linear logits = linear(shape.experts, shape.width);
    Router router = new Router(logits, Scoring.SOFTMAX_OF_CHOSEN, preference, shape.active, 1, 1, 1, false, 1);
    GatedActivation silu = new GatedActivation.Plain(Activation.SILU);
    return new MixtureOfExperts(router, new MixtureOfExperts.Experts(gate, up, down, silu), null, false);
  }

  private Linear linear(int outputs, int inputs) {
    MemorySegment data = pattern.asSlice(0, TensorType.Q4_0.bytes((long) outputs * inputs));
    RowSource rows = new RowSource("random", TensorType.Q4_0, outputs, inputs, data, null);
    return new Linear("random", Packing.pack(rows, memory), null);
  }

  /** Ends the threads and frees the weights. */
  @TearDown
  public void stop() {
    pool.close();
    memory.close();
  }

  /** Tokens that were not seen before through the next layer. */
  @Benchmark
  public void layer(Counter counter) {
    Activations rows = pass.workspace().rows(tokens, shape.width);
    int first = next++ % (in.rows() / tokens) * tokens;
    System.arraycopy(in.data(), in.offset(first), rows.data(), 0, tokens * shape.width);
    ChannelMixer layer = layers[next % layers.length];
    long[] before = chosen(layer);
    layer.mix(pass, rows, out);
    pass.workspace().release(0);
    counter.gigabytes += 1e-9 * expertBytes() * read(before, chosen(layer));
  }

  private static long[] chosen(ChannelMixer layer) {
    return layer instanceof MixtureOfExperts mixture ? mixture.chosen() : new long[0];
  }

  /** How many experts a batch chose; a dense layer is as many as are active. */
  private int read(long[] before, long[] after) {
    int count = 0;
    for (int i = 0; i < after.length; i++) {
      count += after[i] > before[i] ? 1 : 0;
    }
    return after.length == 0 ? shape.active : count;
  }
}
