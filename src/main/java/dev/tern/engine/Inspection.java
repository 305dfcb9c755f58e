package dev.tern.engine;

import dev.tern.architecture.Architectures;
import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.Config;
import dev.tern.architecture.Tensors;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.layer.Linear;
import dev.tern.layer.Mixer;
import dev.tern.layer.MixtureOfExperts;
import dev.tern.layer.Network;
import dev.tern.layer.Slots;
import dev.tern.layer.State;
import dev.tern.layer.StateOptions;
import dev.tern.quant.Packing;
import dev.tern.quant.RowSource;
import dev.tern.quant.Weights;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a checkpoint holds and would need, found without reading its weights.
 *
 * @param parameters of all tensors
 * @param activeParameters that take part in one token: the experts that are not chosen left out
 * @param packedBytes of the weights once loaded
 * @param network built with weights that have a shape but no contents
 */
public record Inspection(Config config, long parameters, long activeParameters, long packedBytes, Network network) {
  /** Bytes of weights that only have a shape. */
  private static final class Phantoms {
    private long bytes;

    @SuppressWarnings("restricted") // nothing reads this memory
    private Weights of(RowSource rows) {
      long size = Packing.layoutOf(rows.type()).bytes(rows.rows(), rows.cols());
      bytes += size;
      MemorySegment nowhere = MemorySegment.NULL.reinterpret(size);
      return new Weights(rows.name(), Packing.layoutOf(rows.type()), rows.rows(), rows.cols(), nowhere);
    }
  }

  public static Inspection of(Checkpoint checkpoint, BuildOptions options) {
    Config config = new Config(checkpoint.metadata(), options);
    Phantoms phantoms = new Phantoms();
    Network network = Architectures.build(config, new Tensors(checkpoint, phantoms::of));
    long parameters = checkpoint.tensors().stream().mapToLong(TensorView::size).sum();
    return new Inspection(config, parameters, parameters - idleParameters(network), phantoms.bytes, network);
  }

  /** Parameters of experts that one token leaves out. */
  static long idleParameters(Network network) {
    return network.blocks().stream()
        .flatMap(block -> block.mixers().stream())
        .mapToLong(mixer -> mixer instanceof MixtureOfExperts moe ? idleParameters(moe) : 0)
        .sum();
  }

  private static long idleParameters(MixtureOfExperts moe) {
    MixtureOfExperts.Experts experts = moe.experts();
    long all =
        Stream.of(experts.gate(), experts.up(), experts.down())
            .flatMap(Stream::of)
            .mapToLong(linear -> size(linear))
            .sum();
    int count = moe.router().experts();
    return all / count * (count - moe.router().topK());
  }

  private static long size(Linear linear) {
    long bias = linear.bias() == null ? 0 : linear.outputs();
    return (long) linear.outputs() * linear.inputs() + bias;
  }

  /** The names of the mixers of each block, in order. */
  public List<List<String>> layers() {
    return network.blocks().stream().map(block -> block.mixers().stream().map(Mixer::label).toList()).toList();
  }

  /** Bytes of caches and states at a number of positions. */
  public long stateBytes(StateOptions options, int length) {
    State[] states = network.slots().create(options);
    try {
      return Stream.of(states).mapToLong(state -> state.bytesAt(length)).sum();
    } finally {
      Slots.close(states);
    }
  }

  /** Tensors of one type in a file. */
  public record TypeShare(TensorType type, int tensors, long values, long bytes) {
    private TypeShare plus(TensorView tensor) {
      return new TypeShare(type, tensors + 1, values + tensor.size(), bytes + tensor.data().byteSize());
    }
  }

  /** How much of a checkpoint is stored in which type. */
  public static List<TypeShare> types(Checkpoint checkpoint) {
    Map<TensorType, TypeShare> shares = new EnumMap<>(TensorType.class);
    for (TensorView tensor : checkpoint.tensors()) {
      shares.compute(
          tensor.type(), (type, share) -> (share == null ? new TypeShare(type, 0, 0, 0) : share).plus(tensor));
    }
    return new ArrayList<>(shares.values());
  }
}
