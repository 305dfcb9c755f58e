package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.architecture.BuildOptions;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.Inspection;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.kernel.KvType;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.MachineSpeed;
import dev.tern.layer.Network;
import org.junit.jupiter.api.Test;

class NetworkWorkTest {
  private static final double LAYERS = 12;
  private static final double WIDTH = 768;
  private static final double HIDDEN = 3072;
  private static final double MATRICES = LAYERS * (4 * WIDTH * WIDTH + 3 * WIDTH * HIDDEN) + 32000 * WIDTH;

  private static Network network(AttentionPolicy attention) {
    try (Checkpoint checkpoint = SyntheticModels.open("synthetic:llama-160m:f32")) {
      return Inspection.of(checkpoint, new BuildOptions(attention, 0)).network();
    }
  }

  private static Work work(AttentionPolicy attention, Throughput.Case what, KvType cache) {
    return NetworkWork.of(network(attention), what, cache).total();
  }

  @Test
  void aDecodingStepReadsAllWeightsAndTheCache() {
    Work work = work(AttentionPolicy.FULL, new Throughput.Case(0, 1, 99, 1), KvType.F16);
    double cache = LAYERS * 100 * 2 * WIDTH * 2;
    assertEquals(4 * MATRICES + cache, work.bytes(), 1e-3 * work.bytes());
    assertEquals(2 * MATRICES + LAYERS * 100 * 4 * WIDTH, work.flops(), 1e-3 * work.flops());
  }

  @Test
  void sequencesShareTheWeightsButNotTheCache() {
    Work one = work(AttentionPolicy.FULL, new Throughput.Case(0, 1, 999, 1), KvType.F16);
    Work four = work(AttentionPolicy.FULL, new Throughput.Case(0, 1, 999, 4), KvType.F16);
    assertEquals(3 * LAYERS * 1000 * 2 * WIDTH * 2, four.bytes() - one.bytes(), 1);
    assertEquals(4 * one.flops(), four.flops(), 1);
  }

  @Test
  void aWindowEndsTheGrowth() {
    AttentionPolicy window = AttentionPolicy.parse("window:64+sinks:4");
    Work near = work(window, new Throughput.Case(0, 1, 199, 1), KvType.F16);
    Work far = work(window, new Throughput.Case(0, 1, 1999, 1), KvType.F16);
    assertEquals(near, far);
  }

  @Test
  void aChoiceOfBlocksEndsTheGrowth() {
    AttentionPolicy blocks = AttentionPolicy.parse("blocks:32,top:3");
    assertEquals(
        work(AttentionPolicy.FULL, new Throughput.Case(0, 1, 99, 1), KvType.F16),
        work(blocks, new Throughput.Case(0, 1, 99, 1), KvType.F16));
    Work near = work(blocks, new Throughput.Case(0, 1, 32 * 5 + 9, 1), KvType.F16);
    Work far = work(blocks, new Throughput.Case(0, 1, 32 * 50 + 9, 1), KvType.F16);
    assertEquals(near, far);
  }

  @Test
  void pairsOfAPrefillGrowWithTheSquare() {
    Work half = work(AttentionPolicy.FULL, new Throughput.Case(1024, 0, 0, 1), KvType.F32);
    Work whole = work(AttentionPolicy.FULL, new Throughput.Case(2048, 0, 0, 1), KvType.F32);
    double matrices = 2 * (MATRICES - 32000 * WIDTH);
    double pairs = LAYERS * 4 * WIDTH;
    assertEquals(1024 * matrices + pairs * 1024 * 1025 / 2, half.flops(), 1e-3 * half.flops());
    assertEquals(2048 * matrices + pairs * 2048 * 2049 / 2, whole.flops(), 1e-3 * whole.flops());
  }

  @Test
  void aRecurrentStateIsReadAndWrittenWhateverThePosition() {
    LinearRecurrence recurrence =
        new LinearRecurrence(4, 4, false, 32, 64, LinearRecurrence.Update.DELTA, LinearRecurrence.Decay.PER_HEAD);
    Work near = MixerWork.of(recurrence, new MixerWork.Tokens(1, 1, 10, KvType.F16)).total();
    Work far = MixerWork.of(recurrence, new MixerWork.Tokens(1, 1, 10_000, KvType.F16)).total();
    assertEquals(near, far);
    assertEquals(2 * 4 * 4 * 32 * 64, near.bytes());
  }

  @Test
  void everyPartTakesItsOwnTime() {
    MachineSpeed speed = new MachineSpeed(1, 256, 10e9, 100e9);
    NetworkWork work = new NetworkWork(java.util.List.of(new Work(10e9, 0), new Work(0, 200e9)));
    assertEquals(3, work.seconds(speed), 1e-12);
    assertTrue(work.total().seconds(speed) < 3);
  }
}
