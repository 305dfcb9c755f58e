package dev.tern.architecture.huggingface.quantized;

import dev.tern.checkpoint.HuggingFaceDirectory;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The tensors of a directory with each quantized weight as one tensor under the name that it has without. */
public final class PrequantizedTensors {
  private PrequantizedTensors() {}

  /**
   * Names in the order of the directory, and how to make their tensors, which are put together when they are asked for.
   *
   * @throws CheckpointException for a method that is not supported
   */
  public static Map<String, Supplier<TensorView>> of(HuggingFaceDirectory directory) {
    Settings settings = Settings.of(directory);
    QuantizationMethod method = method(settings);
    Map<String, QuantizedWeight> weights = new LinkedHashMap<>();
    Set<String> parts = new HashSet<>();
    for (TensorView tensor : directory.tensors()) {
      Optional<QuantizedWeight> weight = method.weight(tensor, directory::find);
      weight.ifPresent(found -> weights.put(tensor.name(), found));
      weight.ifPresent(found -> parts.addAll(found.parts()));
    }
    Map<String, Supplier<TensorView>> tensors = new LinkedHashMap<>();
    for (TensorView tensor : directory.tensors()) {
      QuantizedWeight weight = weights.get(tensor.name());
      if (weight != null) {
        tensors.put(weight.name(), weight.tensor());
      } else if (!parts.contains(tensor.name()) && !method.isOfActivations(tensor.name())) {
        tensors.put(tensor.name(), () -> tensor);
      }
    }
    return tensors;
  }

  private static QuantizationMethod method(Settings settings) {
    String name = settings.method();
    return switch (name) {
      case "none" -> QuantizationMethod.NONE;
      case "gptq" -> new Gptq(settings);
      case "awq" -> new Awq(settings);
      case "compressed-tensors" -> new CompressedTensors(settings);
      case "fp8", "fbgemm_fp8" -> new ScaledFloats(settings);
      case "mxfp4" -> new MicroscaledBlocks();
      default ->
          throw settings.invalid(
              "quant_method", "gptq, awq, compressed-tensors, fp8, fbgemm_fp8 or mxfp4", "'" + name + "'");
    };
  }
}
