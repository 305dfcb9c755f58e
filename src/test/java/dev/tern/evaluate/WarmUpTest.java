package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private double now;
  private final WarmUp warmUp = new WarmUp(3, 1, 100, () -> now);

  private double takes(double seconds) {
    now += seconds;
    return seconds;
  }

  @Test
  void goesOnWhileTimesFall() {
    AtomicInteger runs = new AtomicInteger();
    boolean settled = warmUp.settle(() -> takes(Math.max(10 - runs.incrementAndGet(), 2)), () -> true);
    assertTrue(settled);
    assertEquals(8 + 3, runs.get(), "falls for eight runs, and stands for three");
  }

  @Test
  void shortRunsAreJudgedTogether() {
    AtomicInteger runs = new AtomicInteger();
    assertTrue(warmUp.settle(() -> takes(runs.incrementAndGet() > 0 ? 0.25 : 0), () -> true));
    assertEquals(4 * 4, runs.get(), "a first window and three that are no faster");
  }

  @Test
  void givesUpInTimeAndSaysSo() {
    AtomicInteger runs = new AtomicInteger();
    assertFalse(warmUp.settle(() -> takes(40 * Math.pow(0.9, runs.getAndIncrement())), () -> true));
    assertEquals(3, runs.get());
  }

  @Test
  void endsWhenToldTo() {
    AtomicInteger runs = new AtomicInteger();
    assertFalse(warmUp.settle(() -> takes(2), () -> runs.getAndIncrement() < 2));
  }
}
