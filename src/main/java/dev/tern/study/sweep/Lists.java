package dev.tern.study.sweep;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import dev.tern.kernel.KvType;
import java.util.List;
import java.util.Locale;

/** Settings as they stand in a file, which may leave them out. */
final class Lists {
  private Lists() {}

  /** The list, or the default where there is none. */
  static <T> List<T> or(List<T> values, List<T> otherwise) {
    return values == null || values.isEmpty() ? otherwise : List.copyOf(values);
  }

  /** The number, or the default where there is none. */
  static int or(int value, int otherwise) {
    return value == 0 ? otherwise : value;
  }

  static String or(String value, String otherwise) {
    return value == null || value.isBlank() ? otherwise : value;
  }

  /** A list of counts, checked. */
  static List<Integer> counts(String key, List<Integer> values, List<Integer> otherwise) {
    List<Integer> counts = or(values, otherwise);
    for (int count : counts) {
      if (count < 1) {
        throw new TernException("study: %s: expected numbers of at least 1, found %d".formatted(key, count));
      }
    }
    return counts.stream().sorted().distinct().toList();
  }

  static TensorType type(String name) {
    try {
      return TensorType.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TernException("study: weights: expected a tensor type such as q4_0, found '%s'".formatted(name), e);
    }
  }

  static KvType cache(String name) {
    try {
      return KvType.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TernException("study: cache: expected f32, f16, bf16 or q8, found '%s'".formatted(name), e);
    }
  }
}
