package dev.tern.adapter;

import dev.tern.adapter.PeftModule.Role;
import dev.tern.architecture.huggingface.HuggingFaceModules.Part;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Checkpoints;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An adapter as the library PEFT saves it: {@code adapter_config.json} and {@code adapter_model.safetensors}. */
final class PeftDirectory implements AdapterFile {
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";

  private final Path path;
  private final PeftConfig config;
  private final Checkpoint file;
  private final PeftKind kind;

  private PeftDirectory(Path path, PeftConfig config, Checkpoint file) {
    this.path = path;
    this.config = config;
    this.file = file;
    kind = PeftKind.of(config, file.path());
  }

  static PeftDirectory open(Path path) {
    PeftConfig config = PeftConfig.read(path);
    Path weights = path.resolve(WEIGHTS);
    Path pickle = path.resolve("adapter_model.bin");
    Checkpoint file = Checkpoints.open(!Files.exists(weights) && Files.exists(pickle) ? pickle : weights);
    try {
      return new PeftDirectory(path, config, file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long bytes() {
    return file.tensors().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
  }

  @Override
  public Map<String, TensorChange> changes(AdapterBase base) {
    PeftTargets targets = new PeftTargets(config);
    Map<String, TensorChange> changes = new LinkedHashMap<>();
    for (PeftModule module : modules().values()) {
      if (kind.adapts(module)) {
        requireTargeted(targets, module);
        requireOwnBase(module, base);
        kind.add(module, base, changes);
      } else if (module.has(Role.WEIGHT, Role.WRAPPED_WEIGHT)) {
        addTrained(module, base, changes);
      } else {
        throw base.unknownTarget(file.path(), module.any().name(), module.name());
      }
    }
    if (changes.isEmpty()) {
      throw new CheckpointException("%s: expected tensors of adapted modules, found none".formatted(file.path()));
    }
    return changes;
  }

  private Map<String, PeftModule> modules() {
    Map<String, PeftModule> modules = new LinkedHashMap<>();
    for (TensorView tensor : file.tensors()) {
      Role role = Role.of(tensor.name());
      if (role == null || !tensor.name().startsWith(PREFIX)) {
        throw new CheckpointException(
            "%s: tensor '%s': expected a name that PEFT gives to tensors of LoRA or IA3: %s…"
                .formatted(file.path(), tensor.name(), PREFIX));
      }
      String module = role.module(tensor.name().substring(PREFIX.length()));
      modules.computeIfAbsent(module, PeftModule::new).tensors().put(role, tensor);
    }
    return modules;
  }

  private void requireTargeted(PeftTargets targets, PeftModule module) {
    if (!targets.contain(module.name())) {
      throw new CheckpointException(
          "%s: tensor '%s' adapts a module that the targets of %s leave out"
              .formatted(file.path(), module.any().name(), config.file()));
    }
  }

  /** A copy of the base's weight has to have its shape: another one belongs to a base with more tokens. */
  private void requireOwnBase(PeftModule module, AdapterBase base) {
    List<String> tensors = base.modules().tensors(module.name());
    if (module.has(Role.BASE) && tensors.size() == 1 && base.has(tensors.getFirst())) {
      TensorView weight = module.get(Role.BASE);
      requireShape(base, weight, tensors.getFirst(), weight.rows());
    }
  }

  /** Modules that were trained as a whole. */
  private void addTrained(PeftModule module, AdapterBase base, Map<String, TensorChange> changes) {
    TensorView weight = module.get(Role.WRAPPED_WEIGHT, Role.WEIGHT);
    if (base.modules().tensors(module.name()).equals(List.of(AdapterBase.EMBEDDING))) {
      requireShape(base, weight, AdapterBase.EMBEDDING, weight.rows());
      changes.put(AdapterBase.EMBEDDING, new TensorChange.Replacement(TargetOrder.NONE.byRows(weight), null));
      return;
    }
    TensorView bias = module.get(Role.WRAPPED_BIAS, Role.BIAS);
    for (Part part : PeftParts.of(base, file.path(), module, weight, weight.rows())) {
      int rows = part.rows() == null ? weight.rows() : part.rows().length;
      requireShape(base, weight, part.tensor(), rows);
      if (bias != null && bias.size() != weight.rows()) {
        throw base.misfit(file.path(), bias.name(), "[%d]".formatted(rows), bias.shape(), part.tensor());
      }
      TargetOrder order = TargetOrder.of(base, part.tensor(), true, part.rows());
      float[] biases = bias == null ? null : order.byRows(TargetOrder.values(bias));
      changes.put(part.tensor(), new TensorChange.Replacement(order.byBoth(weight), biases));
    }
  }

  private void requireShape(AdapterBase base, TensorView weight, String target, int rows) {
    if (weight.shape().size() != 2 || rows != base.rows(target) || weight.cols() != base.cols(target)) {
      throw base.misfit(
          file.path(),
          weight.name(),
          "[%d, %d]".formatted(base.rows(target), base.cols(target)),
          weight.shape(),
          target);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
