package dev.tern.study.report;

import java.util.List;

/** What a section of a report holds. */
public sealed interface Content permits Content.Paragraph, Content.Finding, Content.Table, Chart {
  /** Words that explain. */
  record Paragraph(String text) implements Content {}

  /** One sentence that the data say. */
  record Finding(String text) implements Content {}

  /**
   * Values in rows.
   *
   * @param columns their titles; the first column names the row, the others are set flush right
   * @param rows as many values as columns
   */
  record Table(List<String> columns, List<List<String>> rows) implements Content {
    public Table {
      for (List<String> row : rows) {
        if (row.size() != columns.size()) {
          throw new IllegalArgumentException("a row of %d values for columns %s".formatted(row.size(), columns));
        }
      }
    }
  }
}
