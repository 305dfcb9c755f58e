package dev.tern.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a document without its charts: for a terminal, or as Markdown. */
public final class PlainText {
  private PlainText() {}

  /** For a terminal: aligned columns. */
  public static String terminal(Document document) {
    String sections =
        document.sections().stream()
            .map(
                section -> "%n%s%n%s".formatted(section.heading().toUpperCase(java.util.Locale.ROOT), aligned(section)))
            .collect(Collectors.joining());
    return "%s%n%s%n%s".formatted(document.title(), document.summary(), sections);
  }

  /** As Markdown. */
  public static String markdown(Document document) {
    String sections =
        document.sections().stream()
            .map(section -> "%n## %s%n%s".formatted(section.heading(), markdown(section)))
            .collect(Collectors.joining());
    return "# %s%n%n%s%n%s".formatted(document.title(), document.summary(), sections);
  }

  private static String aligned(Document.Section section) {
    StringBuilder out = new StringBuilder();
    for (Content content : section.contents()) {
      out.append(
          switch (content) {
            case Content.Paragraph paragraph -> "%s%n".formatted(paragraph.text());
            case Content.Finding finding -> "→ %s%n".formatted(finding.text());
            case Content.Table table -> aligned(table);
            case Chart chart -> "";
          });
    }
    return out.toString();
  }

  private static String markdown(Document.Section section) {
    StringBuilder out = new StringBuilder();
    for (Content content : section.contents()) {
      out.append(
          switch (content) {
            case Content.Paragraph paragraph -> "%n%s%n".formatted(paragraph.text());
            case Content.Finding finding -> "%n**%s**%n".formatted(finding.text());
            case Content.Table table -> "%n%s".formatted(markdown(table));
            case Chart chart -> "";
          });
    }
    return out.toString();
  }

  private static String markdown(Content.Table table) {
    String rule =
        IntStream.range(0, table.columns().size())
            .mapToObj(i -> i == 0 ? "---" : "---:")
            .collect(Collectors.joining("|", "|", "|\n"));
    String rows = table.rows().stream().map(PlainText::bars).collect(Collectors.joining());
    return bars(table.columns()) + rule + rows;
  }

  private static String bars(List<String> values) {
    return values.stream().map(value -> value.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String aligned(Content.Table table) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(table.columns());
    lines.addAll(table.rows());
    int[] widths =
        IntStream.range(0, table.columns().size())
            .map(column -> lines.stream().mapToInt(line -> width(line.get(column))).max().orElse(0))
            .toArray();
    return lines.stream().map(line -> aligned(line, widths)).collect(Collectors.joining());
  }

  private static String aligned(List<String> line, int[] widths) {
    StringBuilder out = new StringBuilder("  ");
    for (int i = 0; i < widths.length; i++) {
      String space = " ".repeat(widths[i] - width(line.get(i)));
      out.append(i == 0 ? line.get(i) + space : "  " + space + line.get(i));
    }
    return out.toString().stripTrailing() + "\n";
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
