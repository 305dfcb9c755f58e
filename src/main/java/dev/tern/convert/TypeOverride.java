package dev.tern.convert;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import dev.tern.quant.Codecs;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A type for all tensors with some names, whatever the scheme says.
 *
 * @param names found anywhere in a tensor's name
 */
public record TypeOverride(Pattern names, TensorType type) {
  /** Reads {@code PATTERN=TYPE}, a regular expression and the name of a type. */
  public static TypeOverride parse(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 1) {
      throw new TernException("'%s': expected PATTERN=TYPE".formatted(text));
    }
    try {
      return new TypeOverride(Pattern.compile(text.substring(0, equals)), type(text.substring(equals + 1)));
    } catch (PatternSyntaxException e) {
      throw new TernException("'%s': expected a regular expression: %s".formatted(text, e.getDescription()), e);
    }
  }

  private static TensorType type(String name) {
    return Codecs.types().stream()
        .filter(type -> type.id() >= 0 && Codecs.of(type).encodes())
        .filter(type -> type.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> new TernException("'%s': expected a type that can be written".formatted(name)));
  }
}
