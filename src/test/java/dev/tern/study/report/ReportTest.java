package dev.tern.study.report;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportTest {
  private static final double[] X = {1, 10, 100, 1e6, Double.NaN, 0};
  private static final double[] Y = {5, 4, Double.NaN, 1, 1, 1};

  private static Chart chart(boolean logarithmic, double[] x, double[] y) {
    return new Chart(
        "a < \"b\" & c",
        new Chart.Axis("x", logarithmic),
        new Chart.Axis("y", false),
        List.of(
            Chart.Series.points("points", 0, x, y),
            Chart.Series.line("line <&>", 1, x, y),
            Chart.Series.dashes("", 9, x, y),
            Chart.Series.band("band", 2, x, y, y)));
  }

  private static Document document() {
    Content.Table table = new Content.Table(List.of("name", "wert"), List.of(List.of("α|β", "1"), List.of("c", "22")));
    return new Document(
        "Title",
        "Summary.",
        List.of(
            new Document.Section(
                "One",
                List.of(
                    new Content.Paragraph("<script>"), table, chart(true, X, Y), new Content.Finding("It is so.")))));
  }

  private static void parse(String svg) {
    assertDoesNotThrow(
        () -> DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg))));
  }

  @Test
  void chartsAreWellFormedAndLeaveOutWhatCannotBeShown() {
    String svg = SvgChart.render(chart(true, X, Y));
    parse(svg);
    assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    assertEquals(3, svg.split("<circle").length - 1);
    // The line is broken at the value that is missing.
    assertTrue(svg.contains("d=\"M"), svg);
    assertEquals(2, svg.split("line c1\" d=\"")[1].split("\"")[0].chars().filter(c -> c == 'M').count());
  }

  @Test
  void chartsWithoutAWidthAreDrawnToo() {
    Stream.of(new double[0], new double[] {3}, new double[] {3, 3}, new double[] {-1, -1}, new double[] {1e300, 1e-300})
        .forEach(
            values -> {
              for (boolean logarithmic : new boolean[] {true, false}) {
                String svg = SvgChart.render(chart(logarithmic, values, values));
                parse(svg);
                assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
              }
            });
  }

  @Test
  void ticksAreRound() {
    Scale linear = Scale.of(new Chart.Axis("", false), java.util.stream.DoubleStream.of(2.05, 3.3), 0, 1);
    assertEquals(List.of("2", "2.2", "2.4", "2.6", "2.8", "3", "3.2"), labels(linear));
    Scale decades = Scale.of(new Chart.Axis("", true), java.util.stream.DoubleStream.of(1e18, 1e22), 0, 1);
    assertEquals(List.of("1e18", "1e19", "1e20", "1e21", "1e22"), labels(decades));
    Scale small = Scale.of(new Chart.Axis("", true), java.util.stream.DoubleStream.of(1e-7, 1e-5), 0, 1);
    assertEquals(List.of("1e-7", "1e-6", "1e-5"), labels(small));
    assertEquals(0.5, decades.place(1e20), 1e-12);
  }

  private static List<String> labels(Scale scale) {
    return scale.ticks().stream().map(Scale.Tick::label).toList();
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    String page = Html.render(document());
    assertFalse(page.contains("http") || page.contains("src=") || page.contains("url("), page);
    assertTrue(page.contains("&lt;script&gt;") && !page.contains("<script>"), page);
    assertTrue(page.contains("prefers-color-scheme:dark") && page.contains("@media print"), page);
    assertTrue(page.contains("<td>22</td>") && page.contains("class=\"finding\">It is so."), page);
  }

  @Test
  void textIsAlignedAndMarkdownEscaped() {
    String text = PlainText.terminal(document());
    assertTrue(text.contains("  name  wert\n  α|β      1\n  c       22\n"), text);
    assertTrue(text.contains("→ It is so."), text);
    String markdown = PlainText.markdown(document());
    assertTrue(markdown.contains("| name | wert |\n|---|---:|\n| α\\|β | 1 |\n"), markdown);
  }

  @Test
  void rowsAndSeriesMustFit() {
    assertThrows(IllegalArgumentException.class, () -> new Content.Table(List.of("a"), List.of(List.of("1", "2"))));
    assertThrows(IllegalArgumentException.class, () -> Chart.Series.line("", 0, new double[2], new double[1]));
  }
}
