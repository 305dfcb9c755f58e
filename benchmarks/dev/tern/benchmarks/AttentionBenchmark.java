package dev.tern.benchmarks;

import dev.tern.kernel.AttentionKernels;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionMask.Kind;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.BlockSelection;
import dev.tern.kernel.BlockSelection.Summary;
import dev.tern.kernel.KeyValueShape;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.KeyValueStores;
import dev.tern.kernel.KvType;
import dev.tern.kernel.MachineSpeed;
import dev.tern.kernel.SpeedMeter;
import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.simd.SimdAttention;
import dev.tern.tensor.Activations;
import java.util.SplittableRandom;
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
 * Softmax attention of published shapes over a long context: all of it, a window, or an eighth of its blocks. The
 * figures to compare are {@code layers} per second; {@code gigabytes} of keys and values that are looked at per second,
 * and as a fraction {@code ofRead} of the read bandwidth; and {@code ofPeak}, multiply-adds with keys and values as a
 * fraction of the peak. Both are measured in the same process before. Decoding goes through as many layers as do not
 * stay in a cache.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Benchmark)
public class AttentionBenchmark {
  private static final double MEMORY = 300e6;
  private static final int WINDOW = 1024;
  private static final int BLOCK = 128;
  private static final int FILL = 256;

  /** Heads of published models. */
  public enum Shape {
    TINY_LLAMA(AttentionShape.of(32, 4, 64, 64)),
    LLAMA3_8B(AttentionShape.of(32, 8, 128, 128));

    private final AttentionShape heads;

    Shape(AttentionShape heads) {
      this.heads = heads;
    }
  }

  /** What a query looks at. */
  public enum Look {
    FULL,
    /** The last 1,024 positions. */
    WINDOW,
    /** An eighth of the context in blocks of 128, but at least three blocks. */
    BLOCKS
  }

  /** What was done, per second. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    public double layers;
    public double gigabytes;
    public double ofRead;
    public double ofPeak;
  }

  @Param("TINY_LLAMA")
  Shape shape;

  @Param Look look;

  @Param({"512", "2048", "8192", "32768"})
  int context;

  @Param KvType cache;

  /** Tokens of a prefill, the last of the context. */
  @Param("512")
  int prompt;

  private WorkerPool pool;
  private MachineSpeed speed;
  private AttentionKernels kernels;
  private AttentionMask mask;
  private KeyValueStore[] stores;
  private Activations queries;
  private Activations out;

  /** Fills as many stores as exceed the caches. */
  @Setup
  public void fill() {
    pool = WorkerPool.ofDefaultSize();
    speed = SpeedMeter.measure(pool.count());
    kernels = new SimdAttention(pool);
    mask =
        switch (look) {
          case FULL -> AttentionMask.CAUSAL;
          case WINDOW -> new AttentionMask(Kind.WINDOW, WINDOW, 0);
          case BLOCKS -> AttentionMask.of(new BlockSelection(BLOCK, top(), Summary.MEAN));
        };
    SplittableRandom random = new SplittableRandom(1);
    queries = Activations.of(prompt, shape.heads.heads() * shape.heads.keyWidth());
    out = Activations.of(prompt, shape.heads.heads() * shape.heads.valueWidth());
    randomize(queries, random);
    stores = new KeyValueStore[(int) Math.clamp(MEMORY / bytes(context), 1, 64)];
    for (int i = 0; i < stores.length; i++) {
      stores[i] = store(random);
    }
  }

  private int top() {
    return Math.max(1, context / BLOCK / 8 - 2);
  }

  private KeyValueStore store(SplittableRandom random) {
    AttentionShape heads = shape.heads;
    KeyValueShape held = KeyValueShape.of(heads.kvHeads(), heads.keyWidth(), heads.valueWidth());
    KeyValueStore store =
        mask.blocks() == null ? KeyValueStores.whole(cache, held) : KeyValueStores.indexed(cache, held, mask.blocks());
    Activations rows = Activations.of(FILL, heads.kvHeads() * heads.keyWidth());
    for (int i = 0; i < context; i += FILL) {
      randomize(rows, random);
      store.append(rows, rows, 0, FILL);
    }
    return store;
  }

  private static void randomize(Activations rows, SplittableRandom random) {
    for (int i = 0; i < rows.rows() * rows.width(); i++) {
      rows.data()[i] = (float) random.nextDouble(-2, 2);
    }
  }

  /** Bytes of the keys and values of some positions. */
  private double bytes(double positions) {
    return positions * shape.heads.kvHeads() * (shape.heads.keyWidth() + shape.heads.valueWidth()) * cache.bytes();
  }

  /** Positions that the query at a position looks at. */
  private double looked(int position) {
    return switch (look) {
      case FULL -> position + 1;
      case WINDOW -> Math.min(position + 1, WINDOW);
      case BLOCKS -> Math.min(position + 1, (top() + 1) * BLOCK + position % BLOCK + 1);
    };
  }

  private void count(Counter counter, double layers, double bytes, double pairs) {
    double flops = 2 * pairs * shape.heads.heads() * (shape.heads.keyWidth() + shape.heads.valueWidth());
    counter.layers += layers;
    counter.gigabytes += layers * bytes / 1e9;
    counter.ofRead += layers * bytes / speed.readBytesPerSecond();
    counter.ofPeak += layers * flops / speed.flopsPerSecond();
  }

  /** The last token of the context through every layer. */
  @Benchmark
  public void decode(Counter counter) {
    for (KeyValueStore store : stores) {
      kernels.attend(shape.heads, mask, store, queries, 0, 1, context - 1, out);
    }
    double looked = looked(context - 1);
    count(counter, stores.length, bytes(looked), looked);
  }

  /** The last tokens of the context through one layer. */
  @Benchmark
  public void prefill(Counter counter) {
    kernels.attend(shape.heads, mask, stores[0], queries, 0, prompt, context - prompt, out);
    double pairs = 0;
    for (int position = context - prompt; position < context; position++) {
      pairs += looked(position);
    }
    count(counter, 1, bytes(context), pairs);
  }

  /** Ends the threads and frees the stores. */
  @TearDown
  public void close() {
    for (KeyValueStore store : stores) {
      store.close();
    }
    pool.close();
  }
}
