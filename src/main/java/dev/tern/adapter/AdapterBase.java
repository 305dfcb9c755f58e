package dev.tern.adapter;

import dev.tern.architecture.Architectures;
import dev.tern.architecture.Config;
import dev.tern.architecture.Fragment;
import dev.tern.architecture.TensorOrders;
import dev.tern.architecture.Tensors;
import dev.tern.architecture.huggingface.HuggingFaceModules;
import dev.tern.error.CheckpointException;
import dev.tern.layer.Network;
import dev.tern.quant.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What adapters have to know of the model they are for: its linears by name, and the order of their rows. */
public final class AdapterBase {
  static final String EMBEDDING = "token_embd";

  private final Config config;
  private final Map<String, List<Fragment>> fragments = new LinkedHashMap<>();
  private final Weights embedding;
  private final TensorOrders orders;
  private final HuggingFaceModules modules;

  private AdapterBase(Config config, List<Fragment> fragments, Weights embedding) {
    this.config = config;
    this.embedding = embedding;
    fragments.forEach(part -> this.fragments.computeIfAbsent(part.tensor(), _ -> new ArrayList<>()).add(part));
    orders = TensorOrders.of(config);
    modules = new HuggingFaceModules(Architectures.huggingFace(config), config.metadata());
  }

  /** Of a network that was built from these tensors. */
  public static AdapterBase of(Config config, Tensors tensors, Network network) {
    return new AdapterBase(config, tensors.fragments(), network.embedding().tokens());
  }

  /** The base's file, for messages. */
  String source() {
    return config.metadata().source();
  }

  String architecture() {
    return config.architecture();
  }

  TensorOrders orders() {
    return orders;
  }

  HuggingFaceModules modules() {
    return modules;
  }

  /** {@code [vocabulary, width]}. */
  Weights embedding() {
    return embedding;
  }

  boolean has(String tensor) {
    return fragments.containsKey(tensor) || tensor.equals(EMBEDDING);
  }

  /** The matrices of linears, in the order in which the network was built. */
  Set<String> tensors() {
    return Collections.unmodifiableSet(fragments.keySet());
  }

  /** The linears that the rows of a matrix went to. */
  List<Fragment> fragments(String tensor) {
    return fragments.getOrDefault(tensor, List.of());
  }

  /** Rows of a matrix, that of the embedding included. */
  int rows(String tensor) {
    return tensor.equals(EMBEDDING) ? embedding.rows() : fragments.get(tensor).getFirst().tensorRows();
  }

  int cols(String tensor) {
    return tensor.equals(EMBEDDING) ? embedding.cols() : fragments.get(tensor).getFirst().linear().inputs();
  }

  /** The error of a tensor of an adapter that fits no matrix of the base. */
  CheckpointException unknownTarget(Object file, String tensor, Object target) {
    return new CheckpointException(
        "%s: tensor '%s' is for '%s', which is no adaptable linear of the base %s (%s)"
            .formatted(file, tensor, target, source(), architecture()));
  }

  /** The error of a tensor of an adapter whose shape does not suit its target. */
  CheckpointException misfit(Object file, String tensor, String expected, List<Long> found, String target) {
    return new CheckpointException(
        "%s: tensor '%s': expected shape %s for '%s' [%d, %d] of the base %s, found %s"
            .formatted(file, tensor, expected, target, rows(target), cols(target), source(), found));
  }
}
