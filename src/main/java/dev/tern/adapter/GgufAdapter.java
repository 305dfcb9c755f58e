package dev.tern.adapter;

import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.quant.RowSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A LoRA as llama.cpp's converter writes it: tensors {@code NAME.weight.lora_a [rank, in]} and {@code .lora_b [out,
 * rank]} with the names and orders of GGUF; of stacked experts with a leading dimension, of the token embedding {@code
 * [vocabulary, rank]} and {@code [width, rank]}. The scale is {@code adapter.lora.alpha / rank}; alpha 0 stands for
 * one.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/convert_lora_to_gguf.py">the converter</a>
 */
final class GgufAdapter implements AdapterFile {
  private static final String DOWN = ".weight.lora_a";
  private static final String UP = ".weight.lora_b";
  private static final String STACK = "_exps";

  private final GgufFile file;

  private GgufAdapter(GgufFile file) {
    this.file = file;
  }

  static GgufAdapter open(Path path) {
    GgufFile file = GgufFile.open(path);
    try {
      require(file.metadata(), "general.type", "adapter");
      require(file.metadata(), "adapter.type", "lora");
      refuse(file.metadata(), "adapter.alora.invocation_tokens");
      return new GgufAdapter(file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static void require(Metadata metadata, String key, String expected) {
    String found = metadata.text(key, "none");
    if (!found.equals(expected)) {
      throw new CheckpointException(
          "%s: key '%s': expected '%s', found '%s'".formatted(metadata.source(), key, expected, found));
    }
  }

  private static void refuse(Metadata metadata, String key) {
    if (metadata.has(key)) {
      throw new CheckpointException(
          "%s: key '%s': adapters that act from an invocation on are not supported".formatted(metadata.source(), key));
    }
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public long bytes() {
    return file.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
  }

  @Override
  public Map<String, TensorChange> changes(AdapterBase base) {
    require(file.metadata(), "general.architecture", base.architecture());
    Map<String, TensorChange> changes = new LinkedHashMap<>();
    for (TensorView tensor : file.tensors()) {
      if (tensor.name().endsWith(DOWN)) {
        String target = tensor.name().substring(0, tensor.name().length() - DOWN.length());
        add(changes, base, target, tensor, partner(target + UP, tensor));
      } else if (tensor.name().endsWith(UP)) {
        partner(tensor.name().substring(0, tensor.name().length() - UP.length()) + DOWN, tensor);
      } else {
        throw new CheckpointException(
            "%s: tensor '%s': expected a name that ends in %s or %s".formatted(path(), tensor.name(), DOWN, UP));
      }
    }
    return changes;
  }

  private TensorView partner(String name, TensorView of) {
    return file.find(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s: tensor '%s' goes with '%s', found none".formatted(path(), of.name(), name)));
  }

  private void add(Map<String, TensorChange> changes, AdapterBase base, String target, TensorView down, TensorView up) {
    LowRankTensors tensors = new LowRankTensors(path(), down, up, scale(up), null);
    if (target.equals(AdapterBase.EMBEDDING)) {
      changes.put(target, tensors.ofEmbedding(base));
    } else if (target.endsWith(STACK)) {
      addExperts(changes, base, target, tensors);
    } else if (base.has(target)) {
      changes.put(target, tensors.of(base, target, false, null));
    } else {
      throw base.unknownTarget(path(), down.name(), target);
    }
  }

  private void addExperts(Map<String, TensorChange> changes, AdapterBase base, String target, LowRankTensors stacks) {
    String single = target.substring(0, target.length() - STACK.length());
    long experts = stacks.down().shape().getFirst();
    boolean all = base.has(single + "." + (experts - 1)) && !base.has(single + "." + experts);
    if (!all || !isStack(stacks.down(), experts) || !isStack(stacks.up(), experts)) {
      throw base.unknownTarget(path(), stacks.down().name(), target + ", stacked for %d experts".formatted(experts));
    }
    for (int expert = 0; expert < experts; expert++) {
      TensorView down = matrix(stacks.down(), expert);
      TensorView up = matrix(stacks.up(), expert);
      String name = single + "." + expert;
      changes.put(name, new LowRankTensors(path(), down, up, stacks.scale(), null).of(base, name, false, null));
    }
  }

  private static boolean isStack(TensorView tensor, long count) {
    return tensor.shape().size() == 3 && tensor.shape().getFirst() == count && tensor.cols() > 0;
  }

  private static TensorView matrix(TensorView stack, int index) {
    List<Long> shape = stack.shape().subList(1, 3);
    RowSource rows =
        RowSource.of(stack).slice(Math.toIntExact(index * shape.getFirst()), (int) (long) shape.getFirst());
    return new TensorView(stack.name(), stack.type(), shape, rows.data());
  }

  private float scale(TensorView up) {
    float alpha = (float) file.metadata().real("adapter.lora.alpha");
    return alpha == 0 ? 1 : alpha / up.cols();
  }

  @Override
  public void close() {
    file.close();
  }
}
