package dev.tern.architecture.huggingface;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The linears and embeddings that Hugging Face calls modules ({@code model.layers.0.self_attn.q_proj}), in GGUF's terms:
 * adapters name what they change by them.
 */
public final class HuggingFaceModules {
  private static final String WEIGHT = ".weight";

  private final List<HuggingFaceNames> forms;

  /**
   * @param forms of the base's architecture; the first that knows a module counts
   */
  public HuggingFaceModules(List<HuggingFaceForm> forms) {
    this.forms = forms.stream().map(HuggingFaceNames::new).toList();
  }

  /**
   * A matrix of GGUF that has rows of a module.
   *
   * @param tensor GGUF's name without ".weight"
   * @param rows which rows of the module's matrix {@code [out, in]} it has, or null for all
   */
  public record Part(String tensor, int[] rows) {}

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
    return targets(module).stream()
        .map(target -> new Part(tensor(target.name()), rows(target.derivation(), outputs)))
        .toList();
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
  private static int[] rows(Derivation derivation, int outputs) {
    if (derivation == Derivation.NONE) {
      return null;
    }
    float[] numbers = new float[outputs];
    IntStream.range(0, outputs).forEach(row -> numbers[row] = row);
    TensorView column =
        new TensorView("rows", TensorType.F32, List.of((long) outputs, 1L), MemorySegment.ofArray(numbers));
    TensorView derived = derivation.apply(column, null);
    if (outputs > 1 && derived.shape().getLast() == outputs) {
      return null; // only transposed: adapters give their factors the same way for either orientation
    }
    int[] rows = new int[derived.rows()];
    float[] found = Derivations.floats(derived);
    IntStream.range(0, rows.length).forEach(row -> rows[row] = Math.round(found[row]));
    return rows;
  }
}
