package dev.tern.adapter;

import dev.tern.architecture.huggingface.HuggingFaceModules.Part;
import dev.tern.checkpoint.TensorView;
import java.nio.file.Path;
import java.util.List;

/** Finds what a module is in the base. */
final class PeftParts {
  private PeftParts() {}

  /**
   * The matrices of the base that a module's weight became; an error if there are none that can be changed.
   *
   * @param tensor one of the module's, for messages
   * @param outputs rows of the module's weight
   */
  static List<Part> of(AdapterBase base, Path file, PeftModule module, TensorView tensor, int outputs) {
    List<String> names = base.modules().tensors(module.name());
    if (names.isEmpty() || names.stream().anyMatch(name -> base.fragments(name).isEmpty())) {
      throw base.unknownTarget(file, tensor.name(), module.name());
    }
    return base.modules().parts(module.name(), outputs);
  }
}
