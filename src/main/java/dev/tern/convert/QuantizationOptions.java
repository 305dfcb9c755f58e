package dev.tern.convert;

import java.util.List;

/**
 * How the matrices of a model are quantized.
 *
 * @param overrides before the scheme; the first that names a tensor counts
 */
public record QuantizationOptions(Scheme scheme, List<TypeOverride> overrides, Importance importance) {
  public QuantizationOptions {
    overrides = List.copyOf(overrides);
  }

  public static QuantizationOptions of(Scheme scheme) {
    return new QuantizationOptions(scheme, List.of(), Importance.NONE);
  }
}
