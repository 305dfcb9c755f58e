package dev.tern.quant;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The codebooks of the IQ formats: tables of points of {@code dimensions} values each that are part of the formats,
 * read from the resources {@code grids/*.txt} on first use.
 */
enum Grid {
  IQ1_S(2048, 8),
  IQ2_XXS(256, 8),
  IQ2_XS(512, 8),
  IQ2_S(1024, 8),
  IQ3_XXS(256, 4),
  IQ3_S(512, 4);

  private final int size;
  private final int dimensions;
  private volatile float[] points;

  Grid(int size, int dimensions) {
    this.size = size;
    this.dimensions = dimensions;
  }

  /** All points, one after the other. Shared: not to be written. */
  float[] points() {
    float[] known = points;
    if (known == null) {
      known = read();
      points = known;
    }
    return known;
  }

  private float[] read() {
    String resource = "grids/" + name().toLowerCase(Locale.ROOT) + ".txt";
    try (InputStream stream = Grid.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("The resource " + resource + " is missing");
      }
      return parse(resource, new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException("The resource " + resource + " cannot be read", e);
    }
  }

  /** Comment lines, the line of the values that digits stand for, then points of one digit a dimension. */
  private float[] parse(String resource, BufferedReader reader) {
    List<String> lines = reader.lines().filter(line -> !line.startsWith("#")).toList();
    String[] levels = lines.getFirst().split(" ");
    String digits = String.join("", lines.subList(1, lines.size())).replace(" ", "");
    if (digits.length() != size * dimensions) {
      throw new IllegalStateException(
          resource + ": expected " + size * dimensions + " digits, found " + digits.length());
    }
    float[] parsed = new float[digits.length()];
    for (int i = 0; i < parsed.length; i++) {
      parsed[i] = Float.parseFloat(levels[digits.charAt(i) - '0']);
    }
    return parsed;
  }
}
