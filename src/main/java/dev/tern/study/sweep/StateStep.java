package dev.tern.study.sweep;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.RecurrenceOperands;
import dev.tern.kernel.StateRows;
import dev.tern.layer.Attention;
import dev.tern.layer.KvCache;
import dev.tern.layer.LatentAttention;
import dev.tern.layer.RecurrentState;
import dev.tern.layer.State;
import dev.tern.tensor.Activations;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The part of a decoding step that reads the context: attention over a cache, or a recurrence on its state. Steps take
 * turns over several sets of sequences.
 */
interface StateStep {
  /** One token of every sequence of a rig through every mixer. */
  void run();

  /**
   * That of the rig's mixers, if they have one.
   *
   * @param bytes that the sets take together
   */
  static Optional<StateStep> of(MixerRig rig, Kernels kernels, long bytes) {
    for (Object part : rig.parts()) {
      switch (part) {
        case Attention attention -> {
          return Optional.of(new Softmax(rig.sets(bytes), kernels, attention.shape(), attention.mask()));
        }
        case LatentAttention latent -> {
          var widths = latent.widths();
          int key = widths.latent() + widths.rotated();
          AttentionShape shape = new AttentionShape(widths.heads(), 1, key, widths.latent(), 1, 0, null);
          return Optional.of(new Softmax(rig.sets(bytes), kernels, shape, latent.mask()));
        }
        case LinearRecurrence recurrence -> {
          return Optional.of(new Recurrent(rig.sets(bytes), kernels, recurrence));
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  /** Appends a key and a value, and attends. */
  final class Softmax implements StateStep {
    private final List<List<State[]>> sets;
    private final Kernels kernels;
    private final AttentionShape shape;
    private final AttentionMask mask;
    private final Activations query;
    private final Activations key;
    private final Activations value;
    private final Activations out;
    private int turn;

    Softmax(List<List<State[]>> sets, Kernels kernels, AttentionShape shape, AttentionMask mask) {
      this.sets = sets;
      this.kernels = kernels;
      this.shape = shape;
      this.mask = mask;
      query = RandomRows.of(1, shape.heads() * shape.keyWidth());
      key = RandomRows.of(1, shape.kvHeads() * shape.keyWidth());
      value = RandomRows.of(1, shape.kvHeads() * shape.valueWidth());
      out = Activations.of(1, shape.heads() * shape.valueWidth());
    }

    @Override
    public void run() {
      for (State[] states : sets.get(turn++ % sets.size())) {
        for (State state : states) {
          KeyValueStore store = ((KvCache) state).store();
          int position = store.length();
          store.append(key, value, 0, 1);
          kernels.attention().attend(shape, mask, store, query, 0, 1, position, out);
        }
      }
    }
  }

  /** Updates the states. */
  final class Recurrent implements StateStep {
    private final List<List<State[]>> sets;
    private final Kernels kernels;
    private final LinearRecurrence recurrence;
    private final RecurrenceOperands operands = new RecurrenceOperands();
    private final StateRows rows = new StateRows();
    private int turn;

    Recurrent(List<List<State[]>> sets, Kernels kernels, LinearRecurrence recurrence) {
      this.sets = sets;
      this.kernels = kernels;
      this.recurrence = recurrence;
      int count = sets.getFirst().size();
      int keys = recurrence.keyHeads() * recurrence.keyWidth();
      int values = recurrence.heads() * recurrence.valueWidth();
      Activations joint = RandomRows.of(count, 4 * keys + values);
      double unit = 1 / Math.sqrt(recurrence.keyWidth());
      for (int i = 0; i < joint.rows() * joint.width(); i++) {
        joint.data()[i] *= (float) unit;
      }
      operands.query.set(joint, 0);
      operands.key.set(joint, keys);
      operands.value.set(joint, 4 * keys);
      if (recurrence.update() == LinearRecurrence.Update.LOW_RANK) {
        operands.removal.set(joint, 2 * keys);
        operands.replacement.set(joint, 3 * keys);
      }
      int decays = recurrence.decay() == Decay.PER_HEAD ? 1 : recurrence.keyWidth();
      operands.decay.set(filled(count, recurrence.heads() * decays));
      operands.write.set(filled(count, recurrence.heads()));
      operands.out.set(Activations.of(count, values));
    }

    /** Half throughout: states stay small. */
    private static Activations filled(int rows, int width) {
      Activations activations = Activations.of(rows, width);
      Arrays.fill(activations.data(), 0.5f);
      return activations;
    }

    @Override
    public void run() {
      List<State[]> sequences = sets.get(turn++ % sets.size());
      for (int mixer = 0; mixer < sequences.getFirst().length; mixer++) {
        rows.start();
        for (int i = 0; i < sequences.size(); i++) {
          rows.add(i, 1, ((RecurrentState) sequences.get(i)[mixer]).part(0));
        }
        kernels.recurrent().recur(recurrence, operands, rows);
      }
    }
  }
}
