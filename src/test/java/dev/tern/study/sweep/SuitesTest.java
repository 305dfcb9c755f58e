package dev.tern.study.sweep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.engine.Engine;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.KvType;
import dev.tern.kernel.WorkerPool;
import dev.tern.layer.StateOptions;
import dev.tern.layer.WeightedAdapter;
import dev.tern.study.synthetic.LayerShape;
import dev.tern.study.synthetic.SyntheticAdaptation;
import dev.tern.study.synthetic.SyntheticLinears;
import dev.tern.study.synthetic.SyntheticNetwork;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What suites measure runs, and its states are as long as they say. */
class SuitesTest {
  private static WorkerPool workers;
  private static Kernels kernels;

  @BeforeAll
  static void start() {
    workers = new WorkerPool(2);
    kernels = Kernels.create(workers, ActivationPrecision.F32);
  }

  @AfterAll
  static void stop() {
    workers.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attention",
        "window:16+sinks:2",
        "blocks:32,top:1",
        "latent-attention",
        "gated-delta-net",
        "kimi-delta-attention",
        "mamba-2",
        "linear-attention",
        "rwkv-7",
        "short-convolution"
      })
  void everyMixerReadsDecodesAndStepsItsStateAlone(String kind) {
    var shape = new LayerShape(64, 2, 1, 32);
    var plan = new MixerRig.Plan(shape, kind, Lists.type("q8_0"), KvType.F16, 2, 2);
    try (MixerRig rig = new MixerRig(plan, kernels)) {
      rig.run(20, false);
      rig.run(1, true);
      assertEquals(21, rig.length());
      rig.restart();
      rig.fill(40);
      long bytes = rig.stateBytes();
      StateStep.of(rig, kernels, 8 * bytes)
          .ifPresent(
              step -> {
                for (int i = 0; i < 5; i++) {
                  step.run();
                }
              });
      rig.truncate(40);
      assertTrue(rig.length() >= 40);
      rig.run(1, true);
      assertTrue(bytes > 0);
      assertTrue(rig.work(1, 40).matrices().bytes() > 64 * 64);
    }
  }

  @Test
  void setsTakeTurnsUntilTheyAreLargeTogether() {
    var plan =
        new MixerRig.Plan(new LayerShape(64, 2, 1, 32), "linear-attention", Lists.type("q8_0"), KvType.F16, 2, 1);
    try (MixerRig rig = new MixerRig(plan, kernels)) {
      long all = 2 * rig.stateBytes();
      assertEquals(1, rig.sets(1).size());
      assertEquals(4, rig.sets(4 * all - 1).size());
      assertEquals(List.of(rig.sequences()), rig.sets(1));
    }
  }

  @Test
  void adaptersOfRandomWeightsChangeWhatAModelSays() {
    var shape = new LayerShape(64, 2, 1, 32);
    var plan = new SyntheticNetwork.Plan(shape, List.of("attention", "mamba-2"), 2, 96, 50, 2, 1);
    try (SyntheticLinears linears = new SyntheticLinears(Lists.type("bf16"), plan.largest())) {
      Engine engine = new Engine(SyntheticNetwork.of(plan, linears), kernels, 64);
      var adapter = new WeightedAdapter(new SyntheticAdaptation(engine.network(), 4, linears), 1);
      float[] plain = logits(engine, List.of());
      float[] adapted = logits(engine, List.of(adapter));
      assertArrayEquals(plain, logits(engine, List.of()));
      assertFalse(Arrays.equals(plain, adapted));
      for (float logit : adapted) {
        assertTrue(Float.isFinite(logit));
      }
    }
  }

  private static float[] logits(Engine engine, List<WeightedAdapter> adapters) {
    try (Sequence sequence = engine.sequence(new StateOptions(KvType.F16))) {
      engine.adapt(sequence, adapters);
      engine.prefill(sequence, new int[] {1, 2, 3}, false, null, Engine.Go.ALWAYS);
      Step step = new Step(sequence, new float[50]);
      engine.decode(step.token(4));
      return step.logits();
    }
  }
}
