package dev.tern.convert;

import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.Config;
import dev.tern.architecture.TensorOrders;
import dev.tern.architecture.huggingface.HuggingFaceCheckpoint;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tensors of a checkpoint as GGUF files have them. Those of Hugging Face directories differ in what no family file
 * minds: experts come one by one, a few shapes, and the order of rows that {@link TensorOrders} knows.
 */
final class SourceTensors {
  private static final Pattern EXPERT =
      Pattern.compile("(blk\\.\\d+\\.ffn_(?:gate|up|down))\\.(\\d{1,5})\\.(weight|bias)");

  private final Checkpoint checkpoint;
  private final Config config;
  private final TensorOrders orders;
  private final Multipliers multipliers;

  private SourceTensors(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    config = new Config(checkpoint.metadata(), BuildOptions.DEFAULT);
    orders = TensorOrders.of(config);
    multipliers = new Multipliers(config, checkpoint.has("output.weight"));
  }

  /** All tensors; of a GGUF file those that it has. */
  static List<SourceTensor> of(Checkpoint checkpoint) {
    if (checkpoint instanceof HuggingFaceCheckpoint directory) {
      requireNames(directory);
      return new SourceTensors(checkpoint).huggingFace();
    }
    return checkpoint.tensors().stream().map(SourceTensors::plain).toList();
  }

  private static SourceTensor plain(TensorView tensor) {
    return new SourceTensor(
        tensor.name(), tensor.type(), tensor.shape(), List.of(() -> tensor), SourceTensor.Change.NONE);
  }

  /** What has no name in GGUF is known by its own. */
  private static void requireNames(HuggingFaceCheckpoint directory) {
    for (String name : directory.names()) {
      if (directory.directory().find(name).isPresent()) {
        throw new CheckpointException("%s: tensor '%s' has no name in GGUF".formatted(directory.path(), name));
      }
    }
  }

  private List<SourceTensor> huggingFace() {
    Map<String, List<String>> stacks = new LinkedHashMap<>();
    for (String name : checkpoint.names()) {
      Matcher expert = EXPERT.matcher(name);
      String stack = expert.matches() ? "%s_exps.%s".formatted(expert.group(1), expert.group(3)) : name;
      stacks.computeIfAbsent(stack, _ -> new ArrayList<>()).add(name);
    }
    List<SourceTensor> tensors = new ArrayList<>();
    stacks.forEach((name, parts) -> tensors.add(name.equals(parts.getFirst()) ? single(name) : stack(name, parts)));
    return tensors;
  }

  private SourceTensor stack(String name, Collection<String> found) {
    List<Supplier<TensorView>> parts = new ArrayList<>();
    TensorView first = view(found.iterator().next());
    for (int i = 0; i < found.size(); i++) {
      String part = name.replace("_exps.", "." + i + ".");
      TensorView tensor = view(part);
      if (!tensor.shape().equals(first.shape())) {
        throw new CheckpointException(
            "%s: tensor '%s': expected shape %s like the other experts, found %s"
                .formatted(checkpoint.path(), tensor.name(), first.shape(), tensor.shape()));
      }
      parts.add(() -> view(part));
    }
    List<Long> shape = new ArrayList<>(first.shape());
    shape.addFirst((long) parts.size());
    return new SourceTensor(name, first.type(), shape, parts, SourceTensor.Change.NONE);
  }

  private TensorView view(String name) {
    return checkpoint
        .find(name)
        .orElseThrow(() -> new CheckpointException("%s: tensor '%s' is missing".formatted(checkpoint.path(), name)));
  }

  private SourceTensor single(String name) {
    TensorView tensor = view(name);
    String base = name.replaceFirst("\\.(weight|bias)$", "");
    int[] rows = inverse(orders.rows(base, false));
    int[] columns = inverse(orders.columns(base, false));
    boolean isVector = tensor.shape().size() == 1;
    float[] factors = isVector ? null : multipliers.of(base, tensor.rows());
    return new SourceTensor(
        renamed(name),
        factors == null ? tensor.type() : TensorType.F32,
        shape(name, tensor.shape()),
        List.of(() -> view(name)),
        new SourceTensor.Change(isVector ? null : rows, isVector ? rows : columns, factors));
  }

  private static int[] inverse(int[] permutation) {
    if (permutation == null) {
      return null;
    }
    int[] inverse = new int[permutation.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[permutation[i]] = i;
    }
    return inverse;
  }

  /** GGUF leaves the suffix out here. */
  private String renamed(String name) {
    return config.architecture().equals("falcon-h1") ? name.replace("ffn_norm.weight", "ffn_norm") : name;
  }

  /** Mamba-2 has its vectors by head as columns, and its norm by group; Kimi its taps one by one. */
  private List<Long> shape(String name, List<Long> shape) {
    if (name.matches(".*\\.ssm_conv1d_[qkv]\\.weight")) {
      return List.of(1L, shape.getFirst(), 1L, shape.getLast());
    }
    boolean mamba2 =
        config.has("ssm.group_count") && checkpoint.has(name.replaceFirst("[^.]+(\\.weight)?$", "ssm_in.weight"));
    if (!mamba2 || shape.size() != 1) {
      return shape;
    }
    if (name.endsWith(".ssm_a") || name.endsWith(".ssm_d")) {
      return List.of(shape.getFirst(), 1L);
    }
    if (name.endsWith(".ssm_norm.weight")) {
      long groups = config.count("ssm.group_count");
      return List.of(groups, shape.getFirst() / groups);
    }
    return shape;
  }
}
