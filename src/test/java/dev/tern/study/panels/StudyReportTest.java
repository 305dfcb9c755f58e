package dev.tern.study.panels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.study.report.Content;
import dev.tern.study.report.Document;
import dev.tern.study.report.Html;
import dev.tern.study.sweep.Fingerprint;
import dev.tern.study.sweep.Measurement;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** The report of times that obey the theory says what the theory says. */
class StudyReportTest {
  private static final Fingerprint MACHINE =
      new Fingerprint("A < B & C", 2, 16_000_000_000L, "os", "java", "tern", 256, false, "2026-01-01T00:00:00Z");
  private static final double BANDWIDTH = 50e9;
  private static final double FLOPS = 200e9;

  private final List<Measurement> measurements = new ArrayList<>();

  private void add(String suite, String series, String phase, Map<String, Double> at, double seconds, double bytes) {
    Map<String, Double> values = new HashMap<>(Map.of("peakBytes", BANDWIDTH, "peakFlops", FLOPS, "bytes", bytes));
    values.putAll(Map.of("flops", 2 * bytes, "predicted", bytes / BANDWIDTH, "stateBytes", bytes));
    values.putAll(Map.of("heads", 16.0, "kvHeads", 4.0, "headWidth", 128.0, "cacheBytes", 2.0));
    values.putAll(Map.of("matrixBytes", 0.0, "matrixFlops", 0.0, "contextBytes", bytes, "contextFlops", 2 * bytes));
    values.putAll(Map.of("parameters", 1e6, "weightBytes", 1e6, "residentBytes", 1e8));
    for (int fork = 0; fork < 2; fork++) {
      measurements.add(
          new Measurement(
              suite + fork, suite, "g", series, phase, fork, at, new double[] {seconds, 1.01 * seconds}, values));
    }
  }

  private void addMixers() {
    for (double t : new double[] {512, 1024, 2048, 4096, 8192}) {
      Map<String, Double> at = Map.of("context", t, "batch", 1.0);
      add("mixers", "attention", "prefill", at, 1e-9 * t * t, 1e3 * t);
      add("mixers", "mamba-2", "prefill", at, 2e-6 * t, 1e3 * t);
      add("mixers", "attention", "state", at, 2048 * t / BANDWIDTH, 2048 * t);
      add("mixers", "mamba-2", "state", at, 2048 * 1000 / BANDWIDTH, 2e6);
    }
  }

  private Document document(Double price) {
    return StudyReport.of(new StudyReport.Run("T", MACHINE, price, 3, List.of("x: out of memory")), measurements);
  }

  private static String finding(Document document, String heading) {
    Document.Section section =
        document.sections().stream().filter(s -> s.heading().startsWith(heading)).findFirst().orElseThrow();
    return assertInstanceOf(Content.Finding.class, section.contents().getLast()).text();
  }

  @Test
  void exponentsAndCrossoversOfTheTheoryAreFound() {
    addMixers();
    Document document = document(null);
    assertTrue(
        finding(document, "Prefill of mixers").contains("exponent 2.00 for mixers that see all of it, and 1.00"));
    String crossovers = finding(document, "Crossovers");
    assertTrue(crossovers.startsWith("Of 2 crossovers"), crossovers);
    Document.Section section =
        document.sections().stream().filter(s -> s.heading().startsWith("Crossovers")).findFirst().orElseThrow();
    List<String> state =
        section.contents().stream()
            .filter(Content.Table.class::isInstance)
            .map(content -> ((Content.Table) content).rows().getFirst())
            .findFirst()
            .orElseThrow();
    assertEquals("mamba-2, state alone", state.get(0));
    assertTrue(state.get(1).startsWith("1,000 ("), state.get(1));
    assertEquals("1,024", state.get(2), "(16/4) · 128 · (4/2)");
  }

  @Test
  void dominatedChoicesAreGrey() {
    Map<String, Double> at = Map.of("context", 64.0);
    add("quality", "as in the file", "reference", at, 3e-3, 3e6);
    add("quality", "good", "weights", at, 1e-3, 1e6);
    add("quality", "bad", "weights", at, 2e-3, 1e6);
    measurements.replaceAll(
        m -> {
          Map<String, Double> values = new HashMap<>(m.values());
          values.put("kl", m.series().equals("good") ? 0.1 : m.series().equals("bad") ? 0.2 : 0);
          return new Measurement(
              m.job(), m.suite(), m.group(), m.series(), m.phase(), m.fork(), m.at(), m.seconds(), values);
        });
    Document document = document(null);
    String finding = finding(document, "Bits per weight");
    assertTrue(finding.startsWith("2 of 3 choices are on the frontier (as in the file and good)"), finding);
    assertTrue(Html.render(document).contains("c7 points\">bad (dominated)"));
  }

  @Test
  void moneyFollowsTheTimeOfAToken() {
    Map<String, Double> at = Map.of("context", 256.0, "batch", 1.0);
    add("models", "m", "prefill", at, 0.256, 1e6);
    add("models", "m", "decode", at, 3.6e-3, 1e6);
    String finding = finding(document(2.0), "Cost");
    assertTrue(finding.contains("between 1.01 and 1.01 hours"), finding);
    assertTrue(finding.contains("at 2.00 an hour 2.01 to 2.01"), finding);
    assertTrue(finding.contains("energy counters are unavailable here"), finding);
  }

  @Test
  void thePageIsWellFormedNeedsNothingElseAndSaysWhatIsMissing() throws Exception {
    addMixers();
    String page = Html.render(document(null));
    String body = page.substring(page.indexOf("<body>"), page.indexOf("</html>"));
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(body)));
    assertFalse(page.contains("http:") || page.contains("https:") || page.contains("src="));
    assertTrue(page.contains("A &lt; B &amp; C"));
    assertTrue(page.contains("3 jobs are left"));
    assertTrue(page.contains("Not measured: x: out of memory"));
  }

  @Test
  void everyPanelEndsWithAFinding() {
    addMixers();
    document(null)
        .sections()
        .forEach(section -> assertInstanceOf(Content.Finding.class, section.contents().getLast(), section.heading()));
  }

  @Test
  void nothingMeasuredIsStillAReport() {
    assertEquals("Nothing was measured.", finding(document(null), "Machine"));
  }
}
