package dev.tern.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tern.Shared;
import dev.tern.architecture.huggingface.Derivations;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.TensorView;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.KvType;
import dev.tern.kernel.WorkerPool;
import dev.tern.layer.Network;
import dev.tern.layer.Pass;
import dev.tern.layer.Slots;
import dev.tern.layer.State;
import dev.tern.layer.StateOptions;
import dev.tern.quant.Packing;
import dev.tern.tensor.Activations;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Multipliers as keys give the same as multipliers in the weights, as GGUF has them. */
class FalconH1Test {
  private static final int INNER = 128;
  private static final int KEYS = 16;
  private static final float[] SSM = {0.5f, 2, 4, 0.25f, 1.5f};

  /** A checkpoint with other metadata and other values. */
  private record Changed(Checkpoint base, Metadata metadata, BiFunction<TensorView, Integer, Float> factor)
      implements Checkpoint {
    @Override
    public Path path() {
      return base.path();
    }

    @Override
    public Collection<TensorView> tensors() {
      return base.tensors();
    }

    /** Tensors in F32, their rows times the factor. */
    @Override
    public Optional<TensorView> find(String name) {
      return base.find(name)
          .map(
              tensor -> {
                TensorView result = Derivations.decoded(tensor);
                for (int i = 0; i < result.size(); i++) {
                  float value = result.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                  float scaled = value * factor.apply(tensor, i / tensor.cols());
                  result.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, scaled);
                }
                return result;
              });
    }

    @Override
    public void close() {}
  }

  @Test
  void keysGiveWhatFoldedWeightsGive() {
    try (Checkpoint base = GgufFile.open(Shared.resource("golden/checkpoints/falcon-h1/model.gguf"))) {
      float[] byKeys = logits(new Changed(base, metadata(base), (tensor, row) -> 1f));
      float[] byWeights = logits(new Changed(base, base.metadata(), FalconH1Test::factor));
      double error = 0;
      double norm = 0;
      for (int i = 0; i < byKeys.length; i++) {
        error += Math.pow(byKeys[i] - byWeights[i], 2);
        norm += Math.pow(byWeights[i], 2);
      }
      assertEquals(0, Math.sqrt(error / norm), 1e-5);
    }
  }

  private static Metadata metadata(Checkpoint base) {
    Map<String, Object> values = new LinkedHashMap<>();
    base.metadata().keys().forEach(key -> values.put(key, base.metadata().raw(key)));
    values.put("falcon-h1.embedding_scale", 3.0);
    values.put("falcon-h1.multiplier.attention_in", 1.25);
    values.put("falcon-h1.multiplier.attention_out", 0.75);
    values.put("falcon-h1.multiplier.key", 0.5);
    values.put("falcon-h1.multiplier.ssm", SSM);
    values.put("falcon-h1.multiplier.ssm_out", 1.5);
    values.put("falcon-h1.multiplier.feed_forward", new float[] {0.5f, 2});
    values.put("falcon-h1.multiplier.logits", 0.125);
    return new Metadata("changed", values);
  }

  private static float factor(TensorView tensor, int row) {
    String part = tensor.name().replaceAll("blk\\.\\d+\\.|\\.weight", "");
    return switch (part) {
      case "token_embd" -> 3;
      case "output" -> 0.125f;
      case "attn_q", "attn_v" -> 1.25f;
      case "attn_k" -> 1.25f * 0.5f;
      case "attn_output" -> 0.75f;
      case "ssm_in" -> SSM[inputPart(row)];
      case "ssm_out" -> 1.5f;
      case "ffn_gate" -> 0.5f;
      case "ffn_down" -> 2;
      default -> 1;
    };
  }

  private static int inputPart(int row) {
    int[] ends = {INNER, 2 * INNER, 2 * INNER + KEYS, 2 * INNER + 2 * KEYS};
    int part = 0;
    while (part < ends.length && row >= ends[part]) {
      part++;
    }
    return part;
  }

  private static float[] logits(Checkpoint checkpoint) {
    try (NativeMemory memory = new NativeMemory();
        WorkerPool pool = new WorkerPool(1)) {
      Config config = new Config(checkpoint.metadata(), BuildOptions.DEFAULT);
      Network network = Architectures.build(config, new Tensors(checkpoint, rows -> Packing.pack(rows, memory)));
      Pass pass = new Pass(Kernels.scalar(pool));
      State[] states = network.slots().create(new StateOptions(KvType.F32));
      int[] tokens = {4, 9, 200, 31, 7, 8};
      pass.batch().start(false).add(states, List.of(), 0, tokens, 0, tokens.length);
      pass.batch().output(tokens.length - 1);
      Activations logits = new Activations();
      network.forward(pass, new Activations(), logits);
      Slots.close(states);
      return logits.data().clone();
    }
  }
}
