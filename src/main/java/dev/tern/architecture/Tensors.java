package dev.tern.architecture;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.layer.Linear;
import dev.tern.quant.Codecs;
import dev.tern.quant.RowSource;
import dev.tern.quant.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The tensors of a checkpoint as the parts of a network. Names are GGUF's without the suffix ".weight". Every tensor of
 * the checkpoint must be used, or be named as not needed: a part that a family file forgets cannot pass silently.
 */
public final class Tensors {
  private final Checkpoint checkpoint;
  private final WeightsLoader loader;
  private final Set<String> used = new HashSet<>();
  private final Map<String, Weights> shared = new HashMap<>();
  private final List<Fragment> fragments = new ArrayList<>();

  public Tensors(Checkpoint checkpoint, WeightsLoader loader) {
    this.checkpoint = checkpoint;
    this.loader = loader;
  }

  /** Where weights go: packs rows into a compute layout. */
  @FunctionalInterface
  public interface WeightsLoader {
    Weights load(RowSource rows);
  }

  public boolean has(String name) {
    return checkpoint.has(name + ".weight") || checkpoint.has(name);
  }

  /** The raw tensor of that name, with or without ".weight"; an error if there is none. */
  public TensorView view(String name) {
    return find(name)
        .orElseThrow(() -> new CheckpointException("%s: tensor '%s' is missing".formatted(checkpoint.path(), name)));
  }

  private Optional<TensorView> find(String name) {
    String full = checkpoint.has(name + ".weight") ? name + ".weight" : name;
    used.add(full);
    return checkpoint.find(full);
  }

  /** A matrix that several parts may share (tied embeddings): packed once. */
  public Weights weights(String name) {
    Weights known = shared.get(name);
    if (known == null) {
      known = loader.load(RowSource.of(matrix(view(name))));
      shared.put(name, known);
    }
    return known;
  }

  /** A linear with the bias of the same name, if there is one. */
  public Linear linear(String name) {
    return linear(name, name, vectorIf(name + ".bias"));
  }

  /** A linear whose matrix or bias has another name than it. */
  public Linear linear(String name, String matrix, float[] bias) {
    Weights weights = weights(matrix);
    return noted(new Linear(name, weights, bias), name, weights.rows(), null);
  }

  /** The linears that were made and that adapters may change. */
  public List<Fragment> fragments() {
    return Collections.unmodifiableList(fragments);
  }

  private Linear noted(Linear linear, String tensor, int tensorRows, int[] rows) {
    fragments.add(new Fragment(linear, tensor, tensorRows, rows));
    return linear;
  }

  /** The linear, or null if the checkpoint has none. */
  public Linear linearIf(String name) {
    return has(name) ? linear(name) : null;
  }

  /** A linear checked to map {@code inputs} to {@code outputs} values. */
  public Linear linear(String name, int outputs, int inputs) {
    Linear linear = linear(name);
    if (linear.outputs() != outputs || linear.inputs() != inputs) {
      throw shapeError(name, "[%d, %d]".formatted(outputs, inputs), view(name));
    }
    return linear;
  }

  /** Rows {@code from … from + count} of a fused matrix as a linear of its own. */
  public Linear slice(String name, String part, int from, int count) {
    float[] bias = vectorIf(name + ".bias");
    TensorView tensor = matrix(view(name));
    if (from + count > tensor.rows()) {
      throw shapeError(name, "at least %d rows".formatted(from + count), tensor);
    }
    Weights weights = loader.load(RowSource.of(tensor).slice(from, count));
    float[] sliced = bias == null ? null : Arrays.copyOfRange(bias, from, from + count);
    int[] rows = IntStream.range(from, from + count).toArray();
    return noted(new Linear(name + part, weights, sliced), name, tensor.rows(), rows);
  }

  /** Chosen rows of a fused matrix as a linear of its own. */
  public Linear gather(String name, String part, int[] rows) {
    TensorView tensor = matrix(view(name));
    Weights weights = loader.load(RowSource.of(tensor).permute(rows));
    return noted(new Linear(name + part, weights, null), name, tensor.rows(), rows);
  }

  /** A linear with one output, whose tensor may be stored as a vector. */
  public Linear rowLinear(String name) {
    TensorView tensor = view(name);
    TensorView row = new TensorView(tensor.name(), tensor.type(), List.of(1L, tensor.size()), tensor.data());
    return noted(new Linear(name, loader.load(RowSource.of(row)), null), name, 1, null);
  }

  /** Whether {@link #experts} would find experts of that name. */
  public boolean hasExperts(String name) {
    return has(name) || has(single(name, 0));
  }

  /**
   * The linears of the experts of a layer: a stack {@code blk.N.ffn_up_exps [experts, rows, cols]}, or one tensor per
   * expert {@code blk.N.ffn_up.E}.
   */
  public Linear[] experts(String name, int count) {
    if (!has(name)) {
      Linear[] experts = new Linear[count];
      Arrays.setAll(experts, e -> linear(single(name, e)));
      return experts;
    }
    Linear[] experts = stack(name, count);
    for (Linear expert : experts) {
      noted(expert, expert.name(), expert.outputs(), null);
    }
    return experts;
  }

  /** The matrices of a stack {@code [count, rows, cols]}, with the rows of {@code name.bias} if there are any. */
  public Linear[] stack(String name, int count) {
    float[] biases = vectorIf(name + ".bias");
    TensorView stack = view(name);
    if (stack.shape().size() != 3 || stack.shape().getFirst() != count) {
      throw shapeError(name, "a stack of %d matrices".formatted(count), stack);
    }
    Linear[] linears = new Linear[count];
    int rows = stack.rows() / count;
    for (int i = 0; i < count; i++) {
      float[] bias = biases == null ? null : Arrays.copyOfRange(biases, i * rows, (i + 1) * rows);
      linears[i] = new Linear(single(name, i), loader.load(RowSource.of(stack).slice(i * rows, rows)), bias);
    }
    return linears;
  }

  private static String single(String stacked, int expert) {
    return stacked.replace("_exps", "") + "." + expert;
  }

  /** All values of a tensor as floats. */
  public float[] vector(String name) {
    return values(view(name));
  }

  /** All values, or null if there is no such tensor. */
  public float[] vectorIf(String name) {
    return find(name).map(Tensors::values).orElse(null);
  }

  /** All values, checked to be {@code size} many. */
  public float[] vector(String name, long size) {
    TensorView tensor = view(name);
    if (tensor.size() != size) {
      throw shapeError(name, size + " values", tensor);
    }
    return values(tensor);
  }

  /** Marks tensors that this runtime does not need. */
  public void ignore(Predicate<String> names) {
    checkpoint.names().stream().filter(names).forEach(used::add);
  }

  void requireAllUsed() {
    List<String> left = checkpoint.names().stream().filter(name -> !used.contains(name)).toList();
    if (!left.isEmpty()) {
      throw new CheckpointException(
          "%s: architecture '%s' has no use for tensor '%s'%s: this variant is not supported"
              .formatted(
                  checkpoint.path(),
                  checkpoint.metadata().text("general.architecture"),
                  view(left.getFirst()).name(),
                  left.size() == 1 ? "" : " and %d more".formatted(left.size() - 1)));
    }
  }

  private static float[] values(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }

  private TensorView matrix(TensorView tensor) {
    if (tensor.shape().size() != 2) {
      throw shapeError(tensor.name(), "a matrix", tensor);
    }
    return tensor;
  }

  private CheckpointException shapeError(String name, String expected, TensorView found) {
    return new CheckpointException(
        "%s: tensor '%s': expected %s, found shape %s".formatted(checkpoint.path(), name, expected, found.shape()));
  }
}
