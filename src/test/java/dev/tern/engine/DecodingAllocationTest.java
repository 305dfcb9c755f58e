package dev.tern.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A token costs no object once the kernels are compiled. One test after the other in one JVM, and all that ran before:
 * a kernel that was compiled badly for what the others had left would allocate for ever.
 */
class DecodingAllocationTest {
  private static final int TOKENS = 64;
  private static final int MOST_RUNS = 3000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @ValueSource(
      strings = {"llama", "qwen3", "gpt2", "gemma2", "gpt-oss", "deepseek2", "falcon-h1", "qwen35moe", "lfm2", "rwkv7"})
  void aTokenAllocatesNothing(String name) {
    var options = new LoadedModel.Options(2, 0, ActivationPrecision.INT8, BuildOptions.DEFAULT);
    var path = Shared.resource("golden/checkpoints").resolve(name).resolve("model.gguf");
    try (Checkpoint checkpoint = ModelCheckpoints.open(path);
        LoadedModel model = LoadedModel.load(checkpoint, options);
        Sequence sequence = model.engine().sequence(new StateOptions(KvType.F16))) {
      Step step = new Step(sequence, new float[model.engine().network().vocabulary()]);
      long least = Long.MAX_VALUE;
      for (int i = 0; i < MOST_RUNS && least > 0; i++) {
        least = Math.min(least, bytesOfRun(model.engine(), sequence, step));
      }
      assertEquals(0, least, "bytes of %d tokens".formatted(TOKENS));
    }
  }

  private static long bytesOfRun(Engine engine, Sequence sequence, Step step) {
    sequence.truncate(0);
    long before = THREADS.getTotalThreadAllocatedBytes();
    for (int i = 0; i < TOKENS; i++) {
      engine.decode(step.token(7 * i % step.logits().length));
    }
    return THREADS.getTotalThreadAllocatedBytes() - before;
  }
}
