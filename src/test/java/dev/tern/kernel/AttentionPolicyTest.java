package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.TernException;
import dev.tern.kernel.AttentionMask.Kind;
import dev.tern.kernel.BlockSelection.Summary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionPolicyTest {
  private static AttentionMask over(String policy, AttentionMask own) {
    return AttentionPolicy.parse(policy).over(own);
  }

  @Test
  void policiesChangeCausalMasks() {
    assertEquals(AttentionMask.CAUSAL, over("full", AttentionMask.CAUSAL));
    assertEquals(new AttentionMask(Kind.WINDOW, 100, 0), over("window:100", AttentionMask.CAUSAL));
    assertEquals(new AttentionMask(Kind.WINDOW, 100, 4), over("window:100+sinks:4", AttentionMask.CAUSAL));
    AttentionMask means = AttentionMask.of(new BlockSelection(64, 16, Summary.MEAN));
    assertEquals(means, over("blocks:64,top:16", AttentionMask.CAUSAL));
    assertEquals(means, over("blocks:64,top:16,index:mean", AttentionMask.CAUSAL));
    AttentionMask bounds = AttentionMask.of(new BlockSelection(96, 1, Summary.BOUNDS));
    assertEquals(bounds, over("blocks:96,top:1,index:bounds", AttentionMask.CAUSAL));
  }

  @Test
  void otherMasksStay() {
    for (Kind kind : new Kind[] {Kind.WINDOW, Kind.CHUNK, Kind.LOCAL}) {
      AttentionMask own = new AttentionMask(kind, 50, 0);
      assertEquals(own, over("window:10", own));
      assertEquals(own, over("blocks:32,top:2", own));
    }
    assertEquals(AttentionMask.FULL, over("blocks:32,top:2", AttentionMask.FULL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "blocks",
        "blocks:64",
        "blocks:64,top:0",
        "blocks:0,top:4",
        "blocks:48,top:4",
        "blocks:-32,top:4",
        "blocks:64,top:4,index:max",
        "blocks:64,top:4+sinks:2",
        "window:0",
        "window:-1",
        "window:9999999999",
        "FULL"
      })
  void nonsenseIsRefusedByName(String text) {
    TernException e = assertThrows(TernException.class, () -> AttentionPolicy.parse(text));
    assertTrue(e.getMessage().startsWith("attention: expected ") && e.getMessage().endsWith("found '" + text + "'"));
  }

  @Test
  void impossibleSelectionsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new BlockSelection(31, 1, Summary.MEAN));
    assertThrows(IllegalArgumentException.class, () -> new BlockSelection(0, 1, Summary.MEAN));
    assertThrows(IllegalArgumentException.class, () -> new BlockSelection(32, 0, Summary.MEAN));
    BlockSelection blocks = new BlockSelection(32, 1, Summary.MEAN);
    assertThrows(IllegalArgumentException.class, () -> new AttentionMask(Kind.WINDOW, 5, 0, blocks));
  }
}
