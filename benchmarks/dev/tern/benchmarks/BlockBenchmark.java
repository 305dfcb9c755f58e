package dev.tern.benchmarks;

import dev.tern.checkpoint.TensorType;
import dev.tern.evaluate.MixerWork;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.KvType;
import dev.tern.kernel.WorkerPool;
import dev.tern.layer.Block;
import dev.tern.layer.Pass;
import dev.tern.layer.Slots;
import dev.tern.layer.StateOptions;
import dev.tern.study.synthetic.LayerShape;
import dev.tern.study.synthetic.SyntheticLinears;
import dev.tern.study.synthetic.SyntheticMixers;
import dev.tern.study.synthetic.SyntheticNetwork;
import dev.tern.tensor.Activations;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
 * Whole blocks: norms, a token mixer and a feed-forward around the residual stream, one after the other as in a model.
 * With {@code -prof dev.tern.benchmarks.NativeMemoryProfiler} memory outside of the heap is reported too.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class BlockBenchmark {
  private static final LayerShape SHAPE = new LayerShape(1024, 16, 4, 64);
  private static final int HIDDEN = 3072;

  /** Tokens of a prompt that go through together. */
  private static final int CHUNK = 512;

  /** Name of the token mixer. */
  @Param({"attention", "window:512", "gated-delta-net", "mamba-2", "rwkv-7", "short-convolution"})
  String mixer;

  /** Tokens at once: one next token, or a chunk of a prompt. */
  @Param({"1", "512"})
  int tokens;

  /** Tokens in the context before. */
  @Param("1024")
  int context;

  /** Blocks that take turns, so that weights and states come from memory. */
  @Param("8")
  int blocks;

  @Param("Q4_0")
  TensorType weights;

  private final List<Block> layers = new ArrayList<>();
  private final Activations x = new Activations();
  private WorkerPool workers;
  private SyntheticLinears linears;
  private Slots slots;
  private Pass pass;
  private dev.tern.layer.State[] states;
  private int length;
  private MixerWork work;

  /** Builds the blocks and reads the context. */
  @Setup
  public void build() {
    workers = WorkerPool.ofDefaultSize();
    pass = new Pass(Kernels.create(workers, ActivationPrecision.INT8));
    linears = new SyntheticLinears(weights, (long) HIDDEN * SHAPE.width());
    slots = new Slots();
    SyntheticMixers mixers = new SyntheticMixers(SHAPE, linears, slots);
    var plan = new SyntheticNetwork.Plan(SHAPE, List.of(mixer), blocks, HIDDEN, 1, 0, 0);
    for (int i = 0; i < blocks; i++) {
      layers.add(SyntheticNetwork.block(plan, mixers.of(mixer), linears));
    }
    work = MixerWork.of(layers.getFirst(), new MixerWork.Tokens(1, tokens, context, KvType.F16));
    readContext();
  }

  /** Starts with fresh states: recurrent ones cannot go back. */
  private void readContext() {
    if (states != null) {
      Slots.close(states);
    }
    states = slots.create(new StateOptions(KvType.F16));
    for (length = 0; length < context; ) {
      run(Math.min(CHUNK, context - length));
    }
  }

  private void run(int rows) {
    SplittableRandom random = new SplittableRandom(2);
    x.resize(rows, SHAPE.width());
    for (int i = 0; i < rows * SHAPE.width(); i++) {
      x.data()[i] = (float) random.nextDouble(-1, 1);
    }
    pass.batch().start(rows == 1);
    pass.batch().add(states, List.of(), length, new int[rows], 0, rows);
    pass.next();
    for (Block block : layers) {
      block.forward(pass, x);
    }
    length += rows;
  }

  /** The next tokens through all blocks; the counters are those of all of them. */
  @Benchmark
  public float forward(MachinePeaksState.Machine machine, MachinePeaksState.Counters counters) {
    if (length >= context + 2 * CHUNK) {
      readContext();
    }
    run(tokens);
    double least = work.matrices().seconds(machine.speed()) + work.state().seconds(machine.speed());
    counters.add(tokens, work.total().times(blocks), blocks * least, machine);
    return x.data()[0];
  }

  /** Frees all. */
  @TearDown
  public void free() {
    Slots.close(states);
    linears.close();
    workers.close();
  }
}
