package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters give the reference logits on either form of their base, in either form of their own. */
class GoldenAdaptersTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"lora-r4", "rslora-r8-qv", "dora-r4", "lora-patterns", "ia3", "two-adapters.json", "lora-qwen35"})
  void giveTheReferenceLogits(String name) {
    GoldenAdapters golden = GoldenAdapters.open(Shared.resource("golden/adapters").resolve(name));
    Path base = Shared.resource("golden/checkpoints").resolve(golden.base().orElseThrow());
    for (GoldenDirectory.Form baseForm : GoldenDirectory.open(base).forms()) {
      for (GoldenAdapters.Form form : golden.forms()) {
        check(golden.verify(baseForm.source(base), form, 2), name + ", " + form + " on " + baseForm);
      }
    }
  }

  private static void check(List<Verification.Result> results, String what) {
    assertFalse(results.isEmpty());
    for (Verification.Result result : results) {
      assertTrue(result.error() < 1e-4, () -> what + ": " + result);
      assertEquals(1, result.agreement(), () -> what + ": " + result);
    }
  }
}
