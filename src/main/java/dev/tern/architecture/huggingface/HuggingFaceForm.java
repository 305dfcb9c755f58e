package dev.tern.architecture.huggingface;

import dev.tern.checkpoint.Metadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How Hugging Face directories of one {@code model_type} are read: the architecture that they are, and where their
 * names, keys and values differ from what most families share ({@link CommonNames}, {@link HuggingFaceKeys}).
 */
public final class HuggingFaceForm {
  private static final List<String> ACTIVATIONS =
      List.of("hidden_activation", "hidden_act", "activation_function", "mlp_hidden_act");

  private final Builder declared;

  private HuggingFaceForm(Builder declared) {
    this.declared = declared;
  }

  /** A form without peculiarities. */
  public static HuggingFaceForm of(String modelType, String architecture) {
    return builder(modelType, architecture).build();
  }

  /**
   * @param modelType {@code model_type} of {@code config.json}
   * @param architecture GGUF's {@code general.architecture}
   */
  public static Builder builder(String modelType, String architecture) {
    return new Builder(modelType, architecture);
  }

  /** {@code model_type} of {@code config.json}. */
  public String modelType() {
    return declared.modelType;
  }

  /** GGUF's {@code general.architecture}. */
  public String architecture() {
    return declared.architecture;
  }

  /** Refuses what this form cannot mean; the configuration with the values that the file leaves to code. */
  HuggingFaceConfig complete(HuggingFaceConfig config) {
    HuggingFaceConfig complete = config.withDefaults(declared.defaults);
    complete
        .first(ACTIVATIONS)
        .filter(key -> !declared.activations.contains(complete.text(key, "")))
        .ifPresent(
            key -> {
              throw complete.invalid(key, String.join(" or ", declared.activations), complete.text(key, ""));
            });
    declared.requirements.forEach(requirement -> requirement.accept(complete));
    return complete;
  }

  Metadata metadata(HuggingFaceConfig config, String name) {
    return HuggingFaceKeys.translate(config, name, declared.architecture, declared.keys);
  }

  /** What a part of a tensor's name outside of layers becomes. */
  Optional<List<Target>> model(String part) {
    return declared.model.find(part).or(() -> CommonNames.MODEL.find(part)).map(this::adjust);
  }

  /** What a part of a tensor's name in a layer becomes. */
  Optional<List<Target>> layer(String part) {
    return declared.layer.find(part).or(() -> CommonNames.LAYER.find(part)).map(this::adjust);
  }

  private List<Target> adjust(List<Target> targets) {
    return targets.stream().map(this::adjust).toList();
  }

  private Target adjust(Target target) {
    Derivation derivation = target.derivation();
    for (Adjustment adjustment : declared.adjustments) {
      derivation = adjustment.names.test(target.name()) ? derivation.then(adjustment.derivation) : derivation;
    }
    return new Target(target.name(), derivation);
  }

  /** A derivation of all tensors with some of GGUF's names. */
  private record Adjustment(Predicate<String> names, Derivation derivation) {}

  /** Declares a form. */
  public static final class Builder {
    private final String modelType;
    private final String architecture;
    private final List<Adjustment> adjustments = new ArrayList<>();
    private final List<KeyRule> keys = new ArrayList<>();
    private final Map<String, Object> defaults = new HashMap<>();
    private final List<Consumer<HuggingFaceConfig>> requirements = new ArrayList<>();
    private NameTable model = NameTable.EMPTY;
    private NameTable layer = NameTable.EMPTY;
    private Set<String> activations = Set.of("silu", "swish");

    private Builder(String modelType, String architecture) {
      this.modelType = modelType;
      this.architecture = architecture;
    }

    public HuggingFaceForm build() {
      return new HuggingFaceForm(this);
    }

    /**
     * A tensor outside of layers.
     *
     * @param part of its name after {@code model.}; without a suffix the rule is for weight and bias
     * @param name GGUF's, with a suffix if {@code part} is the whole name
     */
    public Builder model(String part, String name) {
      return model(part, name, Derivation.NONE);
    }

    /** A tensor outside of layers whose weight has other values in GGUF. */
    public Builder model(String part, String name, Derivation derivation) {
      model = model.with(part, List.of(new Target(name, derivation)));
      return this;
    }

    /** A tensor in a layer; {@code part} and {@code name} as they follow the number of the layer. */
    public Builder layer(String part, String name) {
      return layer(part, name, Derivation.NONE);
    }

    /** A tensor in a layer whose weight has other values in GGUF. */
    public Builder layer(String part, String name, Derivation derivation) {
      layer = layer.with(part, List.of(new Target(name, derivation)));
      return this;
    }

    /** A tensor in a layer of which GGUF makes another one besides; for the whole part or the weight. */
    public Builder layerToo(String part, String name, Derivation derivation) {
      List<Target> targets = new ArrayList<>(layer.find(part).orElse(List.of()));
      targets.add(new Target(name, derivation));
      layer = layer.with(part, List.copyOf(targets));
      return this;
    }

    /** Tensors in layers that are not needed: buffers that some versions saved. */
    public Builder ignore(String... parts) {
      for (String part : parts) {
        layer = layer.with(part, List.of());
      }
      return this;
    }

    /** What all tensors with some of GGUF's names (parts in layers, with suffixes) have in addition. */
    public Builder adjust(Predicate<String> names, Derivation derivation) {
      adjustments.add(new Adjustment(names, derivation));
      return this;
    }

    /** A count: GGUF's key without the prefix, and the names of {@code config.json}, of which the first counts. */
    public Builder count(String key, String... names) {
      return key(KeyRule.count(key, List.of(names)));
    }

    /** A real number. */
    public Builder real(String key, String... names) {
      return key(KeyRule.real(key, List.of(names)));
    }

    /** A key that is computed ({@link Long}, {@link Double}, an array, …), or none for null. */
    public Builder key(String key, Function<HuggingFaceConfig, Object> value) {
      return key(new KeyRule(key, value));
    }

    private Builder key(KeyRule rule) {
      keys.add(rule);
      return this;
    }

    /** What a missing key of {@code config.json} means. */
    public Builder otherwise(String name, Object value) {
      defaults.put(name, value instanceof Integer integer ? (Object) (long) integer : value);
      return this;
    }

    /** The activation functions that the family computes, as {@code config.json} names them. */
    public Builder activations(String... names) {
      activations = Set.of(names);
      return this;
    }

    /** Refuses another value of a key that the family file does not know of; a missing key is fine. */
    public Builder only(String name, Object value) {
      requirements.add(
          config -> {
            Object found = config.metadata().raw(name);
            if (found != null && !found.equals(value)) {
              throw config.invalid(name, value, found);
            }
          });
      return this;
    }

    /** Refuses any value of a key that the family file does not know of. */
    public Builder without(String name) {
      return only(name, "null");
    }
  }
}
