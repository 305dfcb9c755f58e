package dev.tern.study.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes a document as one HTML page that needs nothing from elsewhere: charts are inline SVG, the style follows the
 * reader's light or dark setting, narrow screens and paper.
 */
public final class Html {
  private static final String STYLE =
      """
      :root{--bg:#fff;--fg:#1b1f24;--dim:#5c6570;--grid:#e3e6ea;--box:#f5f7f9;
      --c0:#0b62b8;--c1:#c2410c;--c2:#0f7b53;--c3:#9a3b9e;--c4:#8a6d00;--c5:#0e7c86;--c6:#b3123d;--c7:#5a5f69}
      @media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e6e9ed;--dim:#9aa4af;--grid:#2b3138;--box:#1c2127;
      --c0:#6cb2ff;--c1:#ff9a62;--c2:#58d3a2;--c3:#e095e4;--c4:#e2c14a;--c5:#5fd0da;--c6:#ff7d9d;--c7:#aab2bd}}
      @media print{:root{--bg:#fff;--fg:#000;--dim:#444;--grid:#ddd;--box:#fff;
      --c0:#0b62b8;--c1:#c2410c;--c2:#0f7b53;--c3:#9a3b9e;--c4:#8a6d00;--c5:#0e7c86;--c6:#b3123d;--c7:#5a5f69}
      figure,tr,.finding{break-inside:avoid}h2{break-after:avoid}}
      *{box-sizing:border-box}
      body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--bg);color:var(--fg);
      font:16px/1.5 system-ui,sans-serif}
      h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2.2rem}
      figure{margin:1rem 0}figcaption{font-weight:600}svg{width:100%;height:auto;display:block}
      svg text{fill:var(--dim);font-size:12px}.x{text-anchor:middle}.y{text-anchor:end}
      .grid{stroke:var(--grid)}.line{fill:none;stroke:currentColor;stroke-width:2}.dashes{stroke-dasharray:6 4}
      circle{fill:currentColor;fill-opacity:.75}.band{fill:currentColor;fill-opacity:.15}
      .c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}
      .c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
      .legend{margin:.2rem 0;font-size:.85rem}.key{margin-right:.9rem;white-space:nowrap}
      .key::before{content:'━ '}.key.points::before{content:'● '}.key.dashes::before{content:'┅ '}
      .key.band::before{content:'▒ '}
      .finding{border-left:4px solid var(--c0);background:var(--box);padding:.5rem .8rem}
      .scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}
      th,td{padding:.25rem .7rem;border-bottom:1px solid var(--grid);text-align:right}
      th:first-child,td:first-child{text-align:left}th{color:var(--dim)}
      """;

  private Html() {}

  /** The whole page. */
  public static String render(Document document) {
    String sections = document.sections().stream().map(Html::section).collect(Collectors.joining());
    return """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%1$s</title>
    <style>
    %2$s</style></head><body>
    <h1>%1$s</h1>
    <p>%3$s</p>
    %4$s</body></html>
    """
        .formatted(escape(document.title()), STYLE, escape(document.summary()), sections);
  }

  private static String section(Document.Section section) {
    String contents = section.contents().stream().map(Html::content).collect(Collectors.joining());
    return "<section><h2>%s</h2>%n%s</section>%n".formatted(escape(section.heading()), contents);
  }

  private static String content(Content content) {
    return switch (content) {
      case Content.Paragraph paragraph -> "<p>%s</p>%n".formatted(escape(paragraph.text()));
      case Content.Finding finding -> "<p class=\"finding\">%s</p>%n".formatted(escape(finding.text()));
      case Content.Table table -> table(table);
      case Chart chart -> SvgChart.render(chart);
    };
  }

  private static String table(Content.Table table) {
    String head = cells(table.columns(), "th");
    String body = table.rows().stream().map(row -> cells(row, "td")).collect(Collectors.joining());
    return "<div class=\"scroll\"><table><thead>%s</thead><tbody>%n%s</tbody></table></div>%n".formatted(head, body);
  }

  private static String cells(List<String> values, String element) {
    return values.stream()
        .map(value -> "<%1$s>%2$s</%1$s>".formatted(element, escape(value)))
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  /** Text that is safe inside elements and quoted attributes. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
