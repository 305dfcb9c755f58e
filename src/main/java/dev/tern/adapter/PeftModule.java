package dev.tern.adapter;

import dev.tern.checkpoint.TensorView;
import java.util.EnumMap;
import java.util.Map;

/** The tensors of a PEFT file that belong to one module of the base. */
record PeftModule(String name, Map<Role, TensorView> tensors) {
  PeftModule(String name) {
    this(name, new EnumMap<>(Role.class));
  }

  /** What a tensor is to its module, by the end of its name. The first that fits counts. */
  enum Role {
    DOWN(".lora_A.weight"),
    UP(".lora_B.weight"),
    MAGNITUDE(".lora_magnitude_vector"),
    MAGNITUDE_WEIGHT(".lora_magnitude_vector.weight"),
    EMBEDDING_DOWN(".lora_embedding_A"),
    EMBEDDING_UP(".lora_embedding_B"),
    FACTORS(".ia3_l"),
    /** A copy of the base's own, which PEFT saves along with adapters of embeddings. */
    BASE(".base_layer.weight"),
    WRAPPED_WEIGHT(".modules_to_save.weight"),
    WRAPPED_BIAS(".modules_to_save.bias"),
    WEIGHT(".weight"),
    BIAS(".bias");

    private final String end;

    Role(String end) {
      this.end = end;
    }

    /** The role of a tensor, or null. */
    static Role of(String tensor) {
      for (Role role : values()) {
        if (tensor.endsWith(role.end)) {
          return role;
        }
      }
      return null;
    }

    String module(String tensor) {
      return tensor.substring(0, tensor.length() - end.length());
    }
  }

  /** The first of these that is there, or null. */
  TensorView get(Role... roles) {
    for (Role role : roles) {
      if (tensors.containsKey(role)) {
        return tensors.get(role);
      }
    }
    return null;
  }

  boolean has(Role... roles) {
    return get(roles) != null;
  }

  /** Any of its tensors, for messages. */
  TensorView any() {
    return tensors.values().iterator().next();
  }
}
