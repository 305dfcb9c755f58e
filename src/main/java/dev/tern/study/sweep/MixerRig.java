package dev.tern.study.sweep;

import dev.tern.checkpoint.TensorType;
import dev.tern.evaluate.LayerParts;
import dev.tern.evaluate.MixerWork;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.KvType;
import dev.tern.layer.KvCache;
import dev.tern.layer.Pass;
import dev.tern.layer.Slots;
import dev.tern.layer.State;
import dev.tern.layer.StateOptions;
import dev.tern.layer.TokenMixer;
import dev.tern.study.synthetic.LayerShape;
import dev.tern.study.synthetic.SyntheticLinears;
import dev.tern.study.synthetic.SyntheticMixers;
import dev.tern.tensor.Activations;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Mixers of one kind without the rest of a model: several with weights and states of their own, for some sequences. */
final class MixerRig implements AutoCloseable {
  /** Rows that are appended to a cache at once. */
  private static final int CHUNK = 512;

  private static final int MOST_SETS = 512;

  private final Pass pass;
  private final Slots slots = new Slots();
  private final SyntheticLinears linears;
  private final List<TokenMixer> mixers = new ArrayList<>();
  private final List<State[]> sequences = new ArrayList<>();

  /** More sets of sequences like {@link #sequences}. */
  private final List<List<State[]>> spares = new ArrayList<>();

  private final StateOptions options;
  private final int width;
  private final Activations out = new Activations();
  private Activations in = new Activations();
  private int length;

  /**
   * What is built.
   *
   * @param kind name of the mixer
   * @param layers mixers that a step goes through in turn
   * @param sequences at once
   */
  record Plan(LayerShape shape, String kind, TensorType weights, KvType cache, int layers, int sequences) {
    private long largest() {
      return 4L * Math.max(shape.width(), shape.inner()) * Math.max(shape.width(), shape.inner());
    }
  }

  MixerRig(Plan plan, Kernels kernels) {
    pass = new Pass(kernels);
    options = new StateOptions(plan.cache);
    width = plan.shape.width();
    linears = new SyntheticLinears(plan.weights, plan.largest());
    SyntheticMixers factory = new SyntheticMixers(plan.shape, linears, slots);
    for (int i = 0; i < plan.layers; i++) {
      mixers.add(factory.of(plan.kind));
    }
    for (int i = 0; i < plan.sequences; i++) {
      sequences.add(slots.create(options));
    }
  }

  /**
   * So many sets of sequences as take {@code bytes} together: whoever uses one after the other finds none in a cache.
   */
  List<List<State[]>> sets(long bytes) {
    long each = Math.max(1, stateBytes() * mixers.size() * sequences.size());
    long count = Math.clamp(Math.ceilDiv(bytes, each), 1, MOST_SETS);
    while (spares.size() > count - 1) {
      spares.removeLast().forEach(Slots::close);
    }
    while (spares.size() < count - 1) {
      spares.add(sequences.stream().map(_ -> slots.create(options)).toList());
    }
    fill(length);
    List<List<State[]>> sets = new ArrayList<>(spares);
    sets.add(sequences);
    return sets;
  }

  private Stream<State[]> all() {
    return Stream.concat(sequences.stream(), spares.stream().flatMap(List::stream));
  }

  Pass pass() {
    return pass;
  }

  List<TokenMixer> mixers() {
    return mixers;
  }

  List<State[]> sequences() {
    return sequences;
  }

  /** Positions that every state holds. */
  int length() {
    return length;
  }

  /** Bytes of the states of one sequence and one mixer. */
  long stateBytes() {
    long bytes = 0;
    for (State state : sequences.getFirst()) {
      bytes += state.bytes();
    }
    return bytes / mixers.size();
  }

  /** The work of one pass through one mixer. */
  MixerWork work(int rows, int position) {
    return MixerWork.of(mixers.getFirst(), new MixerWork.Tokens(sequences.size(), rows, position, options.kvType()));
  }

  /** Begins again with empty states. */
  void restart() {
    for (State[] states : sequences) {
      Slots.close(states);
    }
    sequences.replaceAll(_ -> slots.create(options));
    length = 0;
  }

  /** Runs the next {@code rows} tokens of each sequence through every mixer. */
  void run(int rows, boolean decode) {
    if (in.rows() != rows * sequences.size()) {
      in = RandomRows.of(rows * sequences.size(), width);
    }
    pass.batch().start(decode);
    for (State[] states : sequences) {
      pass.batch().add(states, List.of(), length, new int[rows], 0, rows);
    }
    pass.next();
    for (int i = 0; i < mixers.size(); i++) {
      mixers.get(i).mix(pass, in, out);
    }
    length += rows;
  }

  /** Forgets positions from {@code length} on, where the states can. */
  void truncate(int length) {
    if (all().flatMap(Stream::of).allMatch(state -> state.canTruncate(length))) {
      all().flatMap(Stream::of).forEach(state -> state.truncate(length));
      this.length = length;
      return;
    }
    for (State state : sequences.getFirst()) {
      this.length = state instanceof KvCache cache ? cache.store().length() : this.length;
    }
  }

  /** Fills the caches up to {@code length} with random keys and values, which is all that decoding needs. */
  void fill(int length) {
    all()
        .flatMap(Stream::of)
        .forEach(
            state -> {
              if (state instanceof KvCache cache) {
                fill(cache.store(), length);
              }
            });
    this.length = length;
  }

  private static void fill(KeyValueStore store, int length) {
    int keys = store.shape().kvHeads() * store.shape().keyWidth();
    int values = store.shape().kvHeads() * store.shape().valueWidth();
    Activations k = RandomRows.of(CHUNK, keys);
    Activations v = RandomRows.of(CHUNK, values);
    while (store.length() < length) {
      store.append(k, v, 0, Math.min(CHUNK, length - store.length()));
    }
  }

  /** Parts of the first mixer. */
  List<Object> parts() {
    return LayerParts.of(mixers.getFirst());
  }

  @Override
  public void close() {
    all().forEach(Slots::close);
    linears.close();
  }
}
