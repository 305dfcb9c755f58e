package dev.tern.study.laws;

import java.util.List;
import java.util.Locale;

/** What a column means, with the names by which it is recognized. */
public enum Role {
  PARAMETERS("params", "n", "model_size", "n_params", "num_params", "parameter_count", "dense_parameter_count"),
  TOKENS("d", "training_tokens", "train_tokens", "n_tokens", "num_tokens", "data"),
  COMPUTE("c", "flops", "flop", "training_flop", "training_flops", "train_flops", "total_flops"),
  LOSS("val_loss", "validation_loss", "loss_validation", "final_loss", "test_loss"),
  EXPERTS("num_experts", "n_experts", "expert_count"),
  RUN("run_id", "hyper_id"),
  STEP("steps", "iteration"),
  OPTIMAL_PARAMETERS("n_opt", "params_opt"),
  OPTIMAL_TOKENS("t_opt", "d_opt", "tokens_opt"),
  DEVIATION("n_log_std", "log_std");

  private final List<String> aliases;

  Role(String... aliases) {
    this.aliases = List.of(aliases);
  }

  /** The name by which users choose a column for this role. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean matches(String column) {
    String name = column.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    return name.equals(key()) || aliases.contains(name);
  }
}
