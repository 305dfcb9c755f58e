package dev.tern.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.kernel.ActivationPrecision;
import dev.tern.quant.Codebook;
import dev.tern.quant.Layout;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  @Test
  void isOverAtSomeTimeAndHappensOnce() {
    WarmUp warmUp = WarmUp.of(Layout.Q8_MIN);
    assertFalse(WarmUp.isOver(Layout.Q8_MIN));
    warmUp.start(Codebook.SIGNED, ActivationPrecision.F32);
    warmUp.start(Codebook.SIGNED, ActivationPrecision.F32);
    warmUp.await();
    assertTrue(WarmUp.isOver(Layout.Q8_MIN));
    warmUp.start(Codebook.SIGNED, ActivationPrecision.F32);
    assertTrue(WarmUp.isOver(Layout.Q8_MIN));
  }

  @Test
  void anInterruptedThreadDoesNotWait() {
    Thread.currentThread().interrupt();
    WarmUp.of(Layout.Q8_K).await();
    assertTrue(Thread.interrupted());
  }
}
