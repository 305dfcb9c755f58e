package dev.tern.study.laws;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import dev.tern.error.TernException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * A table of a CSV file, plain or compressed with gzip, whose first line names the columns.
 *
 * @param file where it is from
 * @param columns their names
 * @param rows values by the order of the columns
 */
public record CsvTable(Path file, List<String> columns, List<List<String>> rows) {
  private static final int MOST_ROWS = 2_000_000;
  private static final int GZIP_MAGIC_1 = 0x1f;
  private static final int GZIP_MAGIC_2 = 0x8b;
  private static final CsvMapper MAPPER =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY, CsvParser.Feature.SKIP_EMPTY_LINES).build();

  /** Reads a file; one that is not a table with at least one row ends in a {@link TernException}. */
  public static CsvTable read(Path file) throws IOException {
    try (InputStream in = open(file);
        MappingIterator<String[]> lines = MAPPER.readerFor(String[].class).readValues(in)) {
      if (!lines.hasNextValue()) {
        throw new TernException("%s: expected a first line that names columns, found nothing".formatted(file));
      }
      List<String> columns = names(file, lines.nextValue());
      List<List<String>> rows = new ArrayList<>();
      while (lines.hasNextValue()) {
        rows.add(row(file, rows.size() + 2, columns.size(), lines.nextValue()));
      }
      return new CsvTable(file, columns, List.copyOf(rows));
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new TernException("%s: not a CSV file: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  private static InputStream open(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      in.mark(2);
      boolean compressed = in.read() == GZIP_MAGIC_1 && in.read() == GZIP_MAGIC_2;
      in.reset();
      return compressed ? new GZIPInputStream(in) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static List<String> names(Path file, String[] first) {
    List<String> names = new ArrayList<>();
    for (String name : first) {
      String bare = name.replace("\uFEFF", "").strip();
      if (names.contains(bare)) {
        throw new TernException("%s: two columns are named '%s'".formatted(file, bare));
      }
      names.add(bare);
    }
    return List.copyOf(names);
  }

  private static List<String> row(Path file, int line, int expected, String[] values) {
    if (values.length != expected) {
      throw new TernException(
          "%s: row %d: expected %d values, found %d".formatted(file, line, expected, values.length));
    }
    if (line > MOST_ROWS) {
      throw new TernException("%s: expected at most %d rows".formatted(file, MOST_ROWS));
    }
    return List.of(values);
  }

  /** The place of a column. */
  int index(String column) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new TernException("%s: no column '%s' among %s".formatted(file, column, columns));
    }
    return index;
  }

  /** The number in a row's column; anything else, or one that is not finite, ends in a {@link TernException}. */
  double number(List<String> row, String column) {
    String text = row.get(index(column)).strip();
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw notANumber(row, column, text, e);
    }
    throw notANumber(row, column, text, null);
  }

  /** The number in a row's column, which must be above zero because its logarithm is taken. */
  double positive(List<String> row, String column) {
    double value = number(row, column);
    if (value <= 0) {
      throw new TernException(
          "%s: row %d: column '%s': expected a number above 0, found %s"
              .formatted(file, rows.indexOf(row) + 2, column, value));
    }
    return value;
  }

  private TernException notANumber(List<String> row, String column, String text, Exception cause) {
    return new TernException(
        "%s: row %d: column '%s': expected a number, found '%s'".formatted(file, rows.indexOf(row) + 2, column, text),
        cause);
  }

  /** The rows whose column has a value; numbers are compared as numbers, so that 0.5 is .50. */
  public CsvTable where(String column, String value) {
    int index = index(column);
    List<List<String>> kept = rows.stream().filter(row -> same(row.get(index), value)).toList();
    if (kept.isEmpty()) {
      throw new TernException("%s: no row has %s=%s".formatted(file, column, value));
    }
    return new CsvTable(file, columns, kept);
  }

  private static boolean same(String a, String b) {
    if (a.strip().equals(b.strip())) {
      return true;
    }
    try {
      return Double.parseDouble(a) == Double.parseDouble(b);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** The rows whose column has a value: neither empty nor a NaN of whatever spelling. */
  CsvTable present(String column) {
    int index = index(column);
    List<List<String>> kept =
        rows.stream()
            .filter(row -> !row.get(index).isBlank() && !row.get(index).strip().equalsIgnoreCase("nan"))
            .toList();
    return new CsvTable(file, columns, kept);
  }

  /** The parts of the table that agree in some columns, by their joined values in the order of the file. */
  Map<String, CsvTable> by(List<String> names) {
    List<Integer> places = names.stream().map(this::index).toList();
    Function<List<String>, String> key = row -> places.stream().map(row::get).collect(Collectors.joining(" "));
    Map<String, List<List<String>>> groups =
        rows.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    Map<String, CsvTable> parts = new LinkedHashMap<>();
    groups.forEach((name, part) -> parts.put(name, new CsvTable(file, columns, part)));
    return parts;
  }

  /** The columns in which some value is not a number. */
  List<String> textColumns() {
    return columns.stream().filter(column -> !numeric(index(column))).toList();
  }

  private boolean numeric(int index) {
    try {
      for (List<String> row : rows) {
        double unused = Double.parseDouble(row.get(index));
      }
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
