package dev.tern.benchmarks;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.kernel.RecurrentKernels;
import dev.tern.kernel.StateRows;
import dev.tern.kernel.WorkerPool;
import dev.tern.kernel.simd.MachinePeaks;
import dev.tern.kernel.simd.SimdRecurrentKernels;
import dev.tern.kernel.simd.SimdRecurrentKernels.Form;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
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
 * Linear recurrences of published shapes. The figure to compare is {@code tokens}, tokens of one layer per millisecond:
 * {@link #step} decodes, {@link #prefill} gives {@code length} tokens at once in either form. {@code kilobytes} are
 * read and written of the state: of a step to be held against {@link #readAndWrite}, the same memory merely scaled in
 * place. With one layer the states stay in a cache; with 36 they are, as in a model, back in memory when their turn
 * comes.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Benchmark)
public class RecurrenceBenchmark {
  /** Mixers with the widths of a published model. */
  public enum Mixer {
    /** Qwen3-Next 80B. */
    GATED_DELTA_NET(new LinearRecurrence(32, 16, false, 128, 128, Update.DELTA, Decay.PER_HEAD)),
    /** Kimi Linear 48B. */
    KIMI_DELTA_ATTENTION(new LinearRecurrence(32, 32, false, 128, 128, Update.DELTA, Decay.PER_CHANNEL)),
    /** Mamba-2 2.7B. */
    MAMBA2(new LinearRecurrence(80, 1, false, 128, 64, Update.ADDITIVE, Decay.PER_HEAD)),
    /** RWKV-7 2.9B. */
    RWKV7(new LinearRecurrence(40, 40, false, 64, 64, Update.LOW_RANK, Decay.PER_CHANNEL)),
    /** MiniMax-Text-01. */
    LIGHTNING(new LinearRecurrence(64, 64, false, 128, 128, Update.ADDITIVE, Decay.PER_HEAD)),
    /** Gated linear attention of 1.3B. */
    GATED_LINEAR(new LinearRecurrence(4, 4, false, 256, 512, Update.ADDITIVE, Decay.PER_CHANNEL));

    private final LinearRecurrence recurrence;

    Mixer(LinearRecurrence recurrence) {
      this.recurrence = recurrence;
    }
  }

  /** Tokens of one layer, and state traffic. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counter {
    /** Reported by JMH under its name. */
    public double tokens;

    /** Reported by JMH under its name. */
    public double gigabytes;
  }

  @Param Mixer mixer;

  /** Layers of which a step is taken in turn. */
  @Param({"1", "36"})
  int layers;

  /** Tokens of a prefill. */
  @Param("2048")
  int length;

  /** Form of a prefill. */
  @Param Form form;

  private final Random random = new Random(1);
  private final StateRows rows = new StateRows();
  private LinearRecurrence recurrence;
  private WorkerPool pool;
  private RecurrentKernels steps;
  private RecurrentKernels prefill;
  private NativeMemory memory;
  private MemorySegment[] states;
  private RecurrenceOperands operands;

  /** Fills operands with numbers that keep the state small. */
  @Setup
  public void prepare() {
    recurrence = mixer.recurrence;
    pool = WorkerPool.ofDefaultSize();
    steps = Kernels.create(pool, ActivationPrecision.F32).recurrent();
    prefill = new SimdRecurrentKernels(pool, form);
    memory = new NativeMemory();
    states = new MemorySegment[layers];
    for (int layer = 0; layer < layers; layer++) {
      states[layer] = memory.allocate(recurrence.stateBytes());
    }
    int keys = recurrence.keyHeads() * recurrence.keyWidth();
    int values = recurrence.heads() * recurrence.valueWidth();
    double unit = 1 / Math.sqrt(recurrence.keyWidth());
    Activations joint = random(4 * keys + values, () -> unit * random.nextGaussian());
    operands = new RecurrenceOperands();
    operands.query.set(joint, 0);
    operands.key.set(joint, keys);
    operands.removal.set(joint, 2 * keys);
    operands.replacement.set(joint, 3 * keys);
    operands.value.set(joint, 4 * keys);
    int decays = recurrence.decay() == Decay.PER_HEAD ? recurrence.heads() : recurrence.heads() * recurrence.keyWidth();
    operands.decay.set(random(decays, () -> 0.5 + 0.4 * random.nextDouble()));
    operands.write.set(random(recurrence.heads(), random::nextDouble));
    operands.out.set(Activations.of(length, values));
  }

  private Activations random(int width, DoubleSupplier values) {
    Activations activations = Activations.of(length, width);
    for (int i = 0; i < length * width; i++) {
      activations.data()[i] = (float) values.getAsDouble();
    }
    return activations;
  }

  /** Ends the threads and frees the states. */
  @TearDown
  public void stop() {
    pool.close();
    memory.close();
  }

  /** One token through every layer. */
  @Benchmark
  public void step(Counter counter) {
    for (MemorySegment state : states) {
      steps.recur(recurrence, operands, rows.start().add(0, 1, state));
    }
    counter.tokens += layers;
    counter.gigabytes += traffic();
  }

  /** A whole sequence through the first layer. */
  @Benchmark
  public void prefill(Counter counter) {
    prefill.recur(recurrence, operands, rows.start().add(0, length, states[0]));
    counter.tokens += length;
  }

  /** What memory allows a step. */
  @Benchmark
  public void readAndWrite(Counter counter) {
    for (MemorySegment state : states) {
      int blocks = (int) (state.byteSize() / MachinePeaks.READ_BLOCK);
      pool.run(
          blocks,
          (from, to, _) ->
              MachinePeaks.readAndWrite(
                  state, (long) from * MachinePeaks.READ_BLOCK, (long) to * MachinePeaks.READ_BLOCK));
    }
    counter.tokens += layers;
    counter.gigabytes += traffic();
  }

  /** Megabytes, which per millisecond are gigabytes per second. */
  private double traffic() {
    return 2e-6 * recurrence.stateBytes() * layers;
  }
}
