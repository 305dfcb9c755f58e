package dev.tern.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.Shared;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Sequence;
import dev.tern.engine.Step;
import dev.tern.error.TernException;
import dev.tern.layer.WeightedAdapter;
import dev.tern.tensor.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters of sequences that run together, come and go. */
class AdapterRunTimeTest {
  private static final int STEPS = 6;

  @TempDir private Path directory;

  private static Path base(String family) {
    return Shared.resource("golden/checkpoints").resolve(family).resolve("model.gguf");
  }

  /** Different ranks, targets, kinds and weights. */
  private List<BoundAdapter> eight(LoadedModel model, boolean experts) {
    List<BoundAdapter> adapters = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      PeftFiles peft = new PeftFiles(i);
      peft.lora("model.layers.0.self_attn.q_proj", 64, 64).lora("model.layers.2.self_attn.o_proj", 64, 64);
      if (experts) {
        peft.lora("model.layers.1.block_sparse_moe.experts." + i % 4 + ".w1", 128, 64);
        peft.lora("model.layers.0.block_sparse_moe.experts." + (i + 1) % 4 + ".w2", 64, 128);
      } else if (i % 2 == 0) {
        peft.lora("model.layers.1.mlp.down_proj", 64, 128);
      }
      if (i % 3 == 0) {
        peft.random("model.embed_tokens.lora_embedding_A", 4, 384).random("model.embed_tokens.lora_embedding_B", 64, 4);
        peft.random("lm_head.weight", 384, 64);
      }
      adapters.add(model.adapter(peft.write(directory.resolve("a" + i))));
    }
    return adapters;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mixtral"})
  void aBatchOfDifferentAdaptersEqualsEachAlone(String family) {
    try (LoadedModel model = AdaptedLogits.load(base(family))) {
      List<BoundAdapter> adapters = eight(model, family.equals("mixtral"));
      List<float[]> alone = new ArrayList<>();
      for (int i = 0; i <= adapters.size(); i++) {
        alone.add(decode(model, adapters, List.of(i)).getFirst());
      }
      assertFalse(Arrays.equals(alone.get(0), alone.get(8)), "an adapter changes nothing");
      List<float[]> together = decode(model, adapters, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
      for (int i = 0; i < together.size(); i++) {
        assertArrayEquals(alone.get(i), together.get(i), "sequence " + i);
      }
      adapters.forEach(BoundAdapter::close);
    }
  }

  /** The logits of the last of some steps for each of these adapters; number 8 is none. */
  private static List<float[]> decode(LoadedModel model, List<BoundAdapter> adapters, List<Integer> numbers) {
    List<Step> steps = new ArrayList<>();
    List<Sequence> sequences = new ArrayList<>();
    for (int number : numbers) {
      Sequence sequence = model.engine().sequence(AdaptedLogits.EXACT);
      if (number < adapters.size()) {
        float weight = 1 - 0.1f * number;
        model.engine().adapt(sequence, List.of(new WeightedAdapter(adapters.get(number), weight)));
      }
      sequences.add(sequence);
      steps.add(new Step(sequence, new float[model.engine().network().vocabulary()]));
    }
    for (int i = 0; i < STEPS; i++) {
      for (int s = 0; s < steps.size(); s++) {
        steps.get(s).token(20 + 13 * i + numbers.get(s));
      }
      model.engine().decode(steps);
    }
    sequences.forEach(Sequence::close);
    return steps.stream().map(Step::logits).toList();
  }

  @Test
  void memoryLivesAsLongAsASequenceHoldsTheAdapter() {
    try (LoadedModel model = AdaptedLogits.load(base("llama"))) {
      long before = NativeMemory.liveBytes();
      BoundAdapter adapter = model.adapter(Shared.resource("golden/adapters/lora-r4"));
      Sequence sequence = model.engine().sequence(AdaptedLogits.EXACT);
      model.engine().adapt(sequence, List.of(new WeightedAdapter(adapter, 1)));
      Sequence copy = sequence.copy();
      adapter.close();
      adapter.close();
      model.engine().decode(new Step(sequence, new float[384]).token(20));
      sequence.close();
      model.engine().decode(new Step(copy, new float[384]).token(20));
      model.engine().adapt(copy, List.of());
      copy.close();
      assertEquals(before, NativeMemory.liveBytes());
    }
  }

  @Test
  void aClosedAdapterIsNotAttached() {
    try (LoadedModel model = AdaptedLogits.load(base("llama"));
        Sequence sequence = model.engine().sequence(AdaptedLogits.EXACT)) {
      BoundAdapter first = model.adapter(Shared.resource("golden/adapters/lora-r4"));
      BoundAdapter second = model.adapter(Shared.resource("golden/adapters/ia3"));
      first.close();
      List<WeightedAdapter> both = List.of(new WeightedAdapter(second, 1), new WeightedAdapter(first, 1));
      assertThrows(TernException.class, () -> model.engine().adapt(sequence, both));
      assertEquals(List.of(), sequence.adapters());
      second.close();
    }
  }

  /** Loading, attaching, detaching and unloading beside sequences that decode in other threads. */
  @Test
  void adaptersComeAndGoWhileOthersRun() throws InterruptedException {
    try (LoadedModel model = AdaptedLogits.load(base("llama"))) {
      float[] expected = decode(model, List.of(), List.of(0)).getFirst();
      List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
      Thread other = Thread.ofPlatform().start(() -> comeAndGo(model, failures));
      while (other.isAlive()) {
        assertArrayEquals(expected, decode(model, List.of(), List.of(0)).getFirst());
      }
      other.join();
      assertEquals(List.of(), failures);
    }
  }

  private static void comeAndGo(LoadedModel model, List<Throwable> failures) {
    try {
      for (int i = 0; i < 10; i++) {
        BoundAdapter adapter = model.adapter(Shared.resource("golden/adapters/lora-r4"));
        decode(model, List.of(adapter), List.of(0));
        adapter.close();
      }
    } catch (RuntimeException | Error e) {
      failures.add(e);
    }
  }
}
