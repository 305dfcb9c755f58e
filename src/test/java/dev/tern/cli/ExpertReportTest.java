package dev.tern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExpertReportTest {
  private static String report(SortedMap<Integer, long[]> counts) {
    StringWriter out = new StringWriter();
    ExpertReport.print(counts, new PrintWriter(out));
    return out.toString();
  }

  @Test
  void fewExpertsInPerCent() {
    var counts = new TreeMap<Integer, long[]>();
    counts.put(1, new long[] {1, 0, 3, 4});
    counts.put(11, new long[4]);
    assertEquals(
        "choices of each expert: per cent (even: 25.0 %)\n"
            + "layer 1     12.5   0.0  37.5  50.0\n"
            + "layer 11     0.0   0.0   0.0   0.0\n",
        report(counts));
  }

  @Test
  void manyExpertsAsBars() {
    long[] chosen = new long[20];
    chosen[0] = 8;
    chosen[2] = 1;
    chosen[19] = 4;
    var counts = new TreeMap<Integer, long[]>();
    counts.put(0, chosen);
    assertEquals(
        "choices of each expert: bars up to the most chosen (even: 5.0 %)\n"
            + "layer 0   |█ ▂                ▅| most 0: 61.5, 19: 30.8, 2: 7.7; never 17\n",
        report(counts));
  }

  @Test
  void noExperts() {
    assertEquals("experts: the model has none\n", report(new TreeMap<>()));
  }
}
