package dev.tern.adapter;

import dev.tern.adapter.PeftModule.Role;
import dev.tern.architecture.huggingface.HuggingFaceModules.Part;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** LoRA (Hu et al. 2021), with rank-stabilised scales (Kalajdzievski 2023) and as DoRA (Liu et al. 2024). */
record PeftLora(PeftConfig config, Path file) implements PeftKind {
  @Override
  public boolean adapts(PeftModule module) {
    return module.has(
        Role.DOWN, Role.UP, Role.MAGNITUDE, Role.MAGNITUDE_WEIGHT, Role.EMBEDDING_DOWN, Role.EMBEDDING_UP);
  }

  @Override
  public void add(PeftModule module, AdapterBase base, Map<String, TensorChange> changes) {
    if (module.has(Role.EMBEDDING_DOWN, Role.EMBEDDING_UP)) {
      addEmbedding(module, base, changes);
      return;
    }
    TensorView down = require(module, Role.DOWN);
    TensorView up = require(module, Role.UP);
    TensorView magnitude = module.get(Role.MAGNITUDE, Role.MAGNITUDE_WEIGHT);
    if (config.flag("use_dora") != (magnitude != null)) {
      throw config.invalid(
          "use_dora",
          magnitude == null
              ? "false, for lack of a magnitude of '%s'".formatted(module.name())
              : "true for tensor '%s'".formatted(magnitude.name()),
          config.flag("use_dora"));
    }
    LowRankTensors tensors = new LowRankTensors(file, down, up, scale(module, down.rows(), down), magnitude);
    List<Part> parts = PeftParts.of(base, file, module, down, up.rows());
    for (Part part : parts) {
      changes.put(part.tensor(), tensors.of(base, part.tensor(), true, part.rows()));
    }
  }

  private void addEmbedding(PeftModule module, AdapterBase base, Map<String, TensorChange> changes) {
    TensorView down = require(module, Role.EMBEDDING_DOWN);
    TensorView up = require(module, Role.EMBEDDING_UP);
    if (!base.modules().tensors(module.name()).equals(List.of(AdapterBase.EMBEDDING))) {
      throw base.unknownTarget(file, down.name(), module.name());
    }
    if (config.flag("use_dora")) {
      throw config.invalid(
          "use_dora", "false with '%s' (DoRA is not supported on embeddings)".formatted(module.name()), true);
    }
    if (down.shape().size() != 2 || up.shape().size() != 2) {
      throw base.misfit(file, down.name(), "[rank, vocabulary]", down.shape(), AdapterBase.EMBEDDING);
    }
    TensorView byToken = TargetOrder.transposed(down);
    float scale = scale(module, down.rows(), down);
    changes.put(AdapterBase.EMBEDDING, new LowRankTensors(file, byToken, up, scale, null).ofEmbedding(base));
  }

  private TensorView require(PeftModule module, Role role) {
    if (!module.has(role)) {
      throw new CheckpointException("%s: tensor '%s' has no counterpart %s".formatted(file, module.any().name(), role));
    }
    return module.get(role);
  }

  private float scale(PeftModule module, int found, TensorView down) {
    double rank = config.numberFor(module.name(), "rank_pattern", "r");
    double alpha = config.numberFor(module.name(), "alpha_pattern", "lora_alpha");
    if (rank != found) {
      throw new CheckpointException(
          "%s: tensor '%s': expected rank %s by %s, found shape %s"
              .formatted(file, down.name(), rank, config.file(), down.shape()));
    }
    return (float) (config.flag("use_rslora") ? alpha / Math.sqrt(rank) : alpha / rank);
  }
}
