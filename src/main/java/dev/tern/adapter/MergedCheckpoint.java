package dev.tern.adapter;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A base with adapters merged into its weights, tensor by tensor when they are asked for. Names, shapes and types are
 * the base's but for what {@link MergeType} says, for a head that was the embedding and no longer is, and for new
 * biases. Its parts belong to whoever made them.
 */
public final class MergedCheckpoint implements Checkpoint {
  static final String WEIGHT = ".weight";
  static final String BIAS = ".bias";
  private static final String STACK = "_exps";
  static final String HEAD = "output";

  private final Checkpoint base;
  private final AdapterMerge merge;
  private final MergeType type;
  private final boolean ownHead;

  public MergedCheckpoint(Checkpoint base, AdapterMerge merge, MergeType type) {
    this.base = base;
    this.merge = merge;
    this.type = type;
    ownHead = base.has(HEAD + WEIGHT);
  }

  /** Whether the embedding was the head as well, and now they differ. */
  boolean untied() {
    boolean changed = merge.changes(HEAD) || merge.changes(AdapterBase.EMBEDDING);
    return changed && !ownHead && !merge.base().fragments(HEAD).isEmpty();
  }

  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public Metadata metadata() {
    return base.metadata();
  }

  /** Names, types and shapes of all tensors, in the terms of GGUF. */
  public List<TensorInfo> infos() {
    List<TensorInfo> infos = new ArrayList<>();
    for (String name : names()) {
      infos.add(info(name));
    }
    return infos;
  }

  TensorInfo info(String name) {
    if (base.has(name)) {
      TensorInfo info = TensorInfo.of(base.find(name).orElseThrow());
      return new TensorInfo(name, isChanged(name) ? typeOf(name, info.type()) : info.type(), info.shape());
    }
    if (name.equals(HEAD + WEIGHT)) {
      TensorInfo info = TensorInfo.of(base.find(AdapterBase.EMBEDDING + WEIGHT).orElseThrow());
      return new TensorInfo(name, merge.changes(HEAD) ? typeOf(name, info.type()) : info.type(), info.shape());
    }
    long rows = merge.base().rows(name.substring(0, name.length() - BIAS.length()));
    return new TensorInfo(name, TensorType.F32, List.of(rows));
  }

  private TensorType typeOf(String name, TensorType own) {
    return name.endsWith(BIAS) ? type.ofBias(own) : type.of(path().toString(), name, own);
  }

  @Override
  public Collection<TensorView> tensors() {
    return names().stream().map(name -> find(name).orElseThrow()).toList();
  }

  @Override
  public Collection<String> names() {
    Set<String> names = new LinkedHashSet<>(base.names());
    if (untied()) {
      names.add(HEAD + WEIGHT);
    }
    for (String target : merge.targets()) {
      boolean stacked = !base.has(target + WEIGHT) && !target.equals(HEAD);
      if (!stacked && merge.addsBias(target)) {
        names.add(target + BIAS);
      }
    }
    return names;
  }

  @Override
  public boolean has(String name) {
    return base.has(name) || names().contains(name);
  }

  @Override
  public Optional<TensorView> find(String name) {
    return has(name) ? Optional.of(tensor(name, Arena.ofAuto())) : Optional.empty();
  }

  /** A tensor that is there; what has to be computed lies in the arena. */
  TensorView tensor(String name, Arena arena) {
    if (!base.has(name)) {
      return added(name, arena);
    }
    TensorView tensor = base.find(name).orElseThrow();
    return isChanged(name) ? changed(name, tensor, arena) : tensor;
  }

  private TensorView added(String name, Arena arena) {
    if (name.equals(HEAD + WEIGHT)) {
      TensorView embedding = base.find(AdapterBase.EMBEDDING + WEIGHT).orElseThrow();
      TensorType merged = info(name).type();
      TensorView head = new TensorView(name, embedding.type(), embedding.shape(), embedding.data());
      return AdapterMerge.merged(head, merged, arena, (row, values) -> merge.row(HEAD, row, values));
    }
    TensorInfo info = info(name);
    MemorySegment zeros = arena.allocate(info.bytes(), Long.BYTES);
    return changedBias(new TensorView(name, info.type(), info.shape(), zeros), name, arena);
  }

  private boolean isChanged(String name) {
    if (name.endsWith(BIAS)) {
      String tensor = name.substring(0, name.length() - BIAS.length());
      return stackOf(tensor).map(stack -> changesAny(stack, true)).orElse(merge.changesBias(tensor));
    }
    String tensor = matrix(name);
    return stackOf(tensor).map(stack -> changesAny(stack, false)).orElse(merge.changes(tensor));
  }

  private static String matrix(String name) {
    return name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : name;
  }

  /** The beginning of the names of the matrices in a stack of experts. */
  private static Optional<String> stackOf(String tensor) {
    return tensor.endsWith(STACK)
        ? Optional.of(tensor.substring(0, tensor.length() - STACK.length()) + ".")
        : Optional.empty();
  }

  private boolean changesAny(String stack, boolean bias) {
    return merge.targets().stream()
        .anyMatch(
            target ->
                target.startsWith(stack)
                    && target.substring(stack.length()).matches("\\d+")
                    && (!bias || merge.changesBias(target)));
  }

  private TensorView changed(String name, TensorView tensor, Arena arena) {
    if (name.endsWith(BIAS)) {
      return changedBias(tensor, name, arena);
    }
    TensorType merged = typeOf(name, tensor.type());
    String target = matrix(name);
    Optional<String> stack = stackOf(target);
    if (stack.isEmpty()) {
      return AdapterMerge.merged(tensor, merged, arena, (row, values) -> merge.row(target, row, values));
    }
    int each = tensor.rows() / Math.toIntExact(tensor.shape().getFirst());
    return AdapterMerge.merged(
        tensor, merged, arena, (row, values) -> merge.row(stack.get() + row / each, row % each, values));
  }

  private TensorView changedBias(TensorView tensor, String name, Arena arena) {
    String target = name.substring(0, name.length() - BIAS.length());
    Optional<String> stack = stackOf(target);
    return AdapterMerge.merged(
        tensor,
        type.ofBias(tensor.type()),
        arena,
        (row, values) -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = merge.bias(stack.isEmpty() ? target : stack.get() + row, i, values[i]);
          }
          return values;
        });
  }

  @Override
  public void close() {}
}
