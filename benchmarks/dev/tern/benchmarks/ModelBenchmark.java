package dev.tern.benchmarks;

import dev.tern.checkpoint.TensorType;
import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.evaluate.NetworkWork;
import dev.tern.evaluate.Throughput;
import dev.tern.evaluate.Work;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.KvType;
import dev.tern.kernel.WorkerPool;
import dev.tern.layer.StateOptions;
import dev.tern.study.synthetic.LayerShape;
import dev.tern.study.synthetic.SyntheticLinears;
import dev.tern.study.synthetic.SyntheticNetwork;
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
 * Whole models of any shape without weights on disk: a prompt, and a next token of some sequences behind it. Reports
 * tokens per second and how near that comes to what the machine can do.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@State(Scope.Benchmark)
public class ModelBenchmark {
  private static final int HEAD = 64;

  /** Mixers of the layers, repeated, and experts in each, of which two are active; 0 for dense. */
  public enum Kind {
    DENSE(0, "attention"),
    HYBRID(0, "gated-delta-net", "gated-delta-net", "gated-delta-net", "attention"),
    EXPERTS(8, "attention");

    private final int experts;
    private final List<String> mixers;

    Kind(int experts, String... mixers) {
      this.experts = experts;
      this.mixers = List.of(mixers);
    }
  }

  @Param Kind kind;

  @Param("8")
  int layers;

  /** A multiple of 256. */
  @Param("512")
  int width;

  @Param("Q4_0")
  TensorType weights;

  /** Tokens of the prompt. */
  @Param("512")
  int context;

  /** Sequences that decode together. */
  @Param({"1", "8"})
  int sequences;

  private final List<Sequence> deep = new ArrayList<>();
  private final List<Sequence> running = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private WorkerPool workers;
  private SyntheticLinears linears;
  private Engine engine;
  private Cost promptCost;
  private Cost stepCost;

  /** What a benchmark does at least; added up beforehand, so that what it allocates is the engine's. */
  private record Cost(Work work, double seconds) {
    static Cost of(NetworkWork work, MachinePeaksState.Machine machine) {
      return new Cost(work.total(), work.seconds(machine.speed()));
    }
  }

  /** Builds the model and reads a prompt of each sequence. */
  @Setup
  public void build(MachinePeaksState.Machine machine) {
    workers = WorkerPool.ofDefaultSize();
    var shape = new LayerShape(width, width / HEAD, width / HEAD / 4, HEAD);
    var plan = new SyntheticNetwork.Plan(shape, kind.mixers, layers, 3 * width, 8192, kind.experts, 2);
    linears = new SyntheticLinears(weights, plan.largest());
    engine =
        new Engine(
            SyntheticNetwork.of(plan, linears), Kernels.create(workers, ActivationPrecision.INT8), context + 1024);
    promptCost = cost(new Throughput.Case(context, 0, 0, 1), machine);
    stepCost = cost(new Throughput.Case(0, 1, context, sequences), machine);
    for (int i = 0; i < sequences; i++) {
      deep.add(engine.sequence(new StateOptions(KvType.F16)));
      engine.prefill(deep.getLast(), prompt(), false, null, Engine.Go.ALWAYS);
    }
    copy();
  }

  private Cost cost(Throughput.Case what, MachinePeaksState.Machine machine) {
    return Cost.of(NetworkWork.of(engine.network(), what, KvType.F16), machine);
  }

  private int[] prompt() {
    return new SplittableRandom(1).ints(context, 0, engine.network().vocabulary()).toArray();
  }

  /** Goes back to the end of the prompt. */
  private void rewind() {
    if (!running.getFirst().canTruncate(context)) {
      copy(); // recurrent states cannot go back
      return;
    }
    for (int i = 0; i < sequences; i++) {
      running.get(i).truncate(context);
    }
  }

  private void copy() {
    running.forEach(Sequence::close);
    running.clear();
    steps.clear();
    for (Sequence sequence : deep) {
      running.add(sequence.copy());
      steps.add(new Step(running.getLast(), new float[engine.network().vocabulary()]));
    }
  }

  /** A prompt of one sequence. */
  @Benchmark
  public int prefill(MachinePeaksState.Machine machine, MachinePeaksState.Counters counters) {
    try (Sequence sequence = engine.sequence(new StateOptions(KvType.F16))) {
      int tokens = engine.prefill(sequence, prompt(), false, null, Engine.Go.ALWAYS);
      counters.add(tokens, promptCost.work, promptCost.seconds, machine);
      return tokens;
    }
  }

  /** A next token of every sequence. */
  @Benchmark
  public float decode(MachinePeaksState.Machine machine, MachinePeaksState.Counters counters) {
    if (running.getFirst().length() >= context + 256) {
      rewind();
    }
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).token(i + running.getFirst().length() % 100);
    }
    engine.decode(steps);
    counters.add(sequences, stepCost.work, stepCost.seconds, machine);
    return steps.getFirst().logits()[0];
  }

  /** Frees all. */
  @TearDown
  public void free() {
    running.forEach(Sequence::close);
    deep.forEach(Sequence::close);
    linears.close();
    workers.close();
  }
}
