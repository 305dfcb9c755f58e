package dev.tern.adapter;

import dev.tern.adapter.PeftModule.Role;
import dev.tern.architecture.huggingface.HuggingFaceModules.Part;
import dev.tern.checkpoint.TensorView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** IA³ (Liu et al. 2022): factors on outputs {@code [out, 1]}, or on inputs {@code [1, in]} of feed-forwards. */
record PeftIa3(PeftConfig config, Path file) implements PeftKind {
  @Override
  public boolean adapts(PeftModule module) {
    return module.has(Role.FACTORS);
  }

  @Override
  public void add(PeftModule module, AdapterBase base, Map<String, TensorChange> changes) {
    TensorView tensor = module.get(Role.FACTORS);
    float[] factors = TargetOrder.values(tensor);
    boolean onInputs = new PeftTargets(config).named("feedforward_modules", module.name());
    if (onInputs) {
      addInputs(module, tensor, factors, base, changes);
    } else {
      addOutputs(module, tensor, factors, base, changes);
    }
  }

  private void addInputs(
      PeftModule module, TensorView tensor, float[] factors, AdapterBase base, Map<String, TensorChange> changes) {
    for (Part part : PeftParts.of(base, file, module, tensor, 1)) {
      List<Long> expected = List.of(1L, (long) base.cols(part.tensor()));
      if (!tensor.shape().equals(expected)) {
        throw base.misfit(file, tensor.name(), expected.toString(), tensor.shape(), part.tensor());
      }
      TargetOrder order = TargetOrder.of(base, part.tensor(), true, null);
      changes.put(part.tensor(), new TensorChange.InputScale(order.byColumns(factors)));
    }
  }

  private void addOutputs(
      PeftModule module, TensorView tensor, float[] factors, AdapterBase base, Map<String, TensorChange> changes) {
    for (Part part : PeftParts.of(base, file, module, tensor, factors.length)) {
      int rows = part.rows() == null ? factors.length : part.rows().length;
      if (rows != base.rows(part.tensor()) || !tensor.shape().equals(List.of((long) factors.length, 1L))) {
        throw base.misfit(
            file, tensor.name(), "[%d, 1]".formatted(base.rows(part.tensor())), tensor.shape(), part.tensor());
      }
      TargetOrder order = TargetOrder.of(base, part.tensor(), true, part.rows());
      changes.put(part.tensor(), new TensorChange.OutputScale(order.byRows(factors)));
    }
  }
}
