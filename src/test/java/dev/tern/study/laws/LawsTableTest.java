package dev.tern.study.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LawsTableTest {
  @TempDir private Path directory;

  private CsvTable table(String text) throws IOException {
    return CsvTable.read(Files.writeString(directory.resolve("t.csv"), text));
  }

  private String refused(String text) {
    return assertThrows(TernException.class, () -> LawsTable.of(table(text), Map.of()).runs()).getMessage();
  }

  @Test
  void tokensFollowFromComputeAndBack() throws IOException {
    TrainingRun byCompute =
        LawsTable.of(table("Model Size,Training FLOP,loss\n1e6,6e15,3\n"), Map.of()).runs().getFirst();
    assertEquals(new TrainingRun(1e6, 1e9, 6e15, 3), byCompute);
    TrainingRun byTokens =
        LawsTable.of(table("\uFEFFN,tokens,loss\r\n1e6,\"1e9\",3\r\n\r\n"), Map.of()).runs().getFirst();
    assertEquals(byCompute, byTokens);
  }

  @Test
  void compressedTablesAreReadAlike() throws IOException {
    Path file = directory.resolve("t.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("n,d,loss\n1,2,3\n".getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(List.of(List.of("1", "2", "3")), CsvTable.read(file).rows());
  }

  @Test
  void ofEachRunTheLastStep() throws IOException {
    CsvTable table = table("run,step,n,d,loss\na,1,1,1,9\na,20,1,1,4\nb,3,1,1,5\na,3,1,1,7\n");
    assertEquals(List.of(4.0, 5.0), LawsTable.of(table, Map.of()).runs().stream().map(TrainingRun::loss).toList());
  }

  @Test
  void rowsAreChosenByValue() throws IOException {
    CsvTable table = table("k,loss\n0.5,1\n.50,2\n1,3\nx,4\n");
    assertEquals(2, table.where("k", "0.5").rows().size());
    assertEquals(1, table.where("k", "x").rows().size());
    assertThrows(TernException.class, () -> table.where("k", "7"));
    assertThrows(TernException.class, () -> table.where("none", "7"));
    assertEquals(List.of("k"), table.textColumns());
  }

  @Test
  void badTablesAreRefusedByName() {
    assertTrue(refused("").contains("t.csv: expected a first line"));
    assertTrue(refused("n,d,loss\n1,2\n").contains("row 2: expected 3 values, found 2"));
    assertTrue(refused("n,d,loss\n1,2,abc\n").contains("row 2: column 'loss': expected a number, found 'abc'"));
    assertTrue(refused("n,d,loss\n1,2,3\n1,2,-1\n").contains("row 3: column 'loss': expected a number above 0"));
    assertTrue(refused("n,d,loss\n1,2,nan\n").contains("found 'nan'"));
    assertTrue(refused("n,d,loss\n1,2,Infinity\n").contains("found 'Infinity'"));
    assertTrue(refused("n,loss\n1,2\n").contains("tokens or of compute"));
    assertTrue(refused("n,d\n1,2\n").contains("no column for loss"));
    assertTrue(refused("n,params,d,loss\n1,1,1,1\n").contains("all look like parameters"));
    assertTrue(refused("n,n\n1,1\n").contains("two columns are named 'n'"));
  }

  @Test
  void tooFewRunsAreRefused() throws IOException {
    CsvTable few = table("n,d,loss\n1,2,3\n2,3,4\n");
    String message = assertThrows(TernException.class, () -> LawsResult.of(few, LawsOptions.defaults())).getMessage();
    assertTrue(message.contains("at least 8 runs"), message);
    CsvTable same = table("n,d,loss\n" + "1,2,3\n".repeat(20));
    assertTrue(
        assertThrows(TernException.class, () -> LawsResult.of(same, LawsOptions.defaults()))
            .getMessage()
            .contains("different numbers of parameters"));
    CsvTable routed = table("n,experts,loss\n1,2,3\n2,3,4\n");
    assertTrue(
        assertThrows(TernException.class, () -> LawsResult.of(routed, LawsOptions.defaults()))
            .getMessage()
            .contains("do not determine"));
  }
}
