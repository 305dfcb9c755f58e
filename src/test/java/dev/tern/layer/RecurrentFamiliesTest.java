package dev.tern.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tern.Shared;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.LoadedModel;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.KvType;
import dev.tern.tensor.Activations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for sequences of networks with recurrent mixers, however their states work. */
class RecurrentFamiliesTest {
  private static final StateOptions OPTIONS = new StateOptions(KvType.F32);

  private LoadedModel model;
  private Pass pass;

  private static Path model(String family) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    Path gguf = directory.resolve("model.gguf");
    return Files.exists(gguf) ? gguf : directory;
  }

  private void with(String family, Consumer<Network> test) {
    var options = new LoadedModel.Options(2, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);
    try (Checkpoint checkpoint = ModelCheckpoints.open(model(family));
        LoadedModel loaded = LoadedModel.load(checkpoint, options)) {
      model = loaded;
      pass = new Pass(loaded.engine().kernels());
      test.accept(loaded.engine().network());
    }
  }

  /** Runs a token of each sequence, and gives the logits of all. */
  private float[] decode(int position, int[] tokens, State[]... sequences) {
    Batch batch = pass.batch().start(true);
    for (int i = 0; i < sequences.length; i++) {
      batch.add(sequences[i], List.of(), position, tokens, i, 1);
      batch.output(i);
    }
    return forward();
  }

  private float[] prefill(State[] states, int... tokens) {
    Batch batch = pass.batch().start(false);
    batch.add(states, List.of(), 0, tokens, 0, tokens.length);
    batch.output(tokens.length - 1);
    return forward();
  }

  private float[] forward() {
    Activations logits = new Activations();
    model.engine().network().forward(pass, new Activations(), logits);
    return Arrays.copyOf(logits.data(), logits.rows() * logits.width());
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen35", "mamba2", "rwkv7", "jamba", "kimi-linear", "minimax-lightning", "lfm2"})
  void snapshotsGoOnAsTheOriginalDid(String family) {
    with(
        family,
        network -> {
          State[] states = network.slots().create(OPTIONS);
          prefill(states, 5, 6, 7, 8, 9);
          State[] copies = Arrays.stream(states).map(State::copy).toArray(State[]::new);
          byte[][] saved = Arrays.stream(states).map(RecurrentFamiliesTest::saved).toArray(byte[][]::new);
          float[] first = decode(5, new int[] {10}, states);
          float[] second = decode(6, new int[] {11}, states);
          assertArrayEquals(first, decode(5, new int[] {10}, copies));
          assertArrayEquals(second, decode(6, new int[] {11}, copies));
          State[] restored = network.slots().create(OPTIONS);
          for (int i = 0; i < restored.length; i++) {
            restore(restored[i], saved[i]);
          }
          assertArrayEquals(first, decode(5, new int[] {10}, restored));
          Slots.close(states);
          Slots.close(copies);
          Slots.close(restored);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen35", "mamba2", "rwkv7", "jamba", "kimi-linear", "minimax-lightning", "lfm2"})
  void sharingAPassChangesNothing(String family) {
    with(
        family,
        network -> {
          State[] alone = network.slots().create(OPTIONS);
          State[] together = network.slots().create(OPTIONS);
          State[] other = network.slots().create(OPTIONS);
          prefill(alone, 5, 6, 7);
          prefill(together, 5, 6, 7);
          prefill(other, 9, 8, 7);
          float[] expected = decode(3, new int[] {12}, alone);
          float[] both = decode(3, new int[] {33, 12}, other, together);
          assertArrayEquals(expected, Arrays.copyOfRange(both, expected.length, both.length));
          Slots.close(alone);
          Slots.close(together);
          Slots.close(other);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"kimi-linear", "rwkv7", "jamba"})
  void resultsDoNotChangeWhileTheCodeIsCompiled(String family) {
    with(
        family,
        network -> {
          float[] first = null;
          for (int i = 0; i < 150; i++) {
            State[] states = network.slots().create(OPTIONS);
            prefill(states, 5, 6, 7);
            float[] logits = decode(3, new int[] {12}, states);
            Slots.close(states);
            first = first == null ? logits : first;
            assertArrayEquals(first, logits);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"mamba2", "lfm2"})
  void statesDoNotGrow(String family) {
    with(
        family,
        network -> {
          State[] states = network.slots().create(OPTIONS);
          for (State state : states) {
            if (state instanceof RecurrentState) {
              assertEquals(state.bytesAt(1), state.bytesAt(100_000));
            }
          }
          Slots.close(states);
        });
  }

  private static byte[] saved(State state) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      state.save(out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static void restore(State state, byte[] bytes) {
    try {
      state.restore(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
