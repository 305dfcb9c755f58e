package dev.tern.architecture.huggingface;

import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The linears and embeddings that Hugging Face calls modules ({@code model.layers.0.self_attn.q_proj}), in GGUF's
 * terms: adapters name what they change by them.
 */
public final class HuggingFaceModules {
  private static final String WEIGHT = ".weight";

  private final List<HuggingFaceNames> forms;
  private final HuggingFaceConfig config;

  /**
   * @param forms of the base's architecture; the first that knows a module counts
   * @param metadata of the base, in the terms of GGUF
   */
  public HuggingFaceModules(List<HuggingFaceForm> forms, Metadata metadata) {
    config = HuggingFaceConfig.ofGguf(metadata);
    this.forms = forms.stream().map(HuggingFaceNames::new).toList();
  }

  /**
   * A matrix of GGUF that has rows of a module.
   *
   * @param tensor GGUF's name without ".weight"
   * @param rows which rows of the module's matrix {@code [out, in]} it has, or null for all
   * @param transposed whether Hugging Face stores the module's matrix as {@code [in, out]}
   */
  public record Part(String tensor, int[] rows, boolean transposed) {}

  /** GGUF's names of the matrices that a module's weight becomes; empty if the module is unknown. */
  public List<String> tensors(String module) {
    return targets(module).stream().map(target -> tensor(target.name())).toList();
  }

  /**
   * The matrices that a module's weight becomes.
   *
   * @param outputs rows of the module's weight
   */
  public List<Part> parts(String module, int outputs) {
    return targets(module).stream().map(target -> part(module, target, outputs)).toList();
  }

  private Part part(String module, Target target, int outputs) {
    try {
      return part(tensor(target.name()), target.derivation(), outputs);
    } catch (CheckpointException e) {
      throw new CheckpointException("'%s' as '%s': %s".formatted(module, target.name(), e.getMessage()), e);
    }
  }

  private List<Target> targets(String module) {
    return forms.stream()
        .map(names -> names.find(module + WEIGHT))
        .flatMap(Optional::stream)
        .filter(targets -> !targets.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static String tensor(String name) {
    return name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : name;
  }

  /** Lets the derivation work on a matrix of one column that holds the numbers of its rows. */
  private Part part(String tensor, Derivation derivation, int outputs) {
    if (derivation == Derivation.NONE) {
      return new Part(tensor, null, false);
    }
    float[] numbers = new float[outputs];
    IntStream.range(0, outputs).forEach(row -> numbers[row] = row);
    TensorView column =
        new TensorView("rows", TensorType.F32, List.of((long) outputs, 1L), MemorySegment.ofArray(numbers));
    TensorView derived = derivation.apply(column, config);
    if (outputs > 1 && derived.shape().getLast() == outputs) {
      return new Part(tensor, null, true); // adapters give their factors the same way for either orientation
    }
    int[] rows = new int[derived.rows()];
    float[] found = Derivations.floats(derived);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (int) found[i];
      if (rows[i] != found[i] || rows[i] < 0 || rows[i] >= outputs) {
        throw new CheckpointException("it has other values than rows of the module, which no adapter can follow");
      }
    }
    return new Part(tensor, rows, false);
  }
}
