package dev.tern.study.panels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.study.sweep.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class FitsTest {
  private static final double[] CONTEXTS = {512, 1024, 2048, 4096, 8192, 16384};

  /** Times with noise that differs from process to process more than within one. */
  private static Curve curve(DoubleUnaryOperator seconds, double noise) {
    SplittableRandom random = new SplittableRandom(4);
    List<Measurement> measurements = new ArrayList<>();
    for (int fork = 0; fork < 3; fork++) {
      double bias = 1 + noise * random.nextGaussian();
      for (double context : CONTEXTS) {
        double[] times = new double[5];
        for (int i = 0; i < times.length; i++) {
          times[i] = seconds.applyAsDouble(context) * bias * (1 + 0.1 * noise * random.nextGaussian());
        }
        measurements.add(
            new Measurement("j", "mixers", "g", "s", "p", fork, Map.of("context", context), times, Map.of()));
      }
    }
    return Curve.of(measurements);
  }

  @Test
  void termsOfAPrefillAreFound() {
    ScalingFit fit = ScalingFit.ofPrefill(curve(t -> 2e-5 * t + 3e-9 * t * t, 0));
    assertEquals(2e-5, fit.first(), 1e-9);
    assertEquals(3e-9, fit.second(), 1e-13);
    assertEquals(3e-9 * 16384 / (2e-5 + 3e-9 * 16384), fit.secondShare(16384), 1e-6);
    assertTrue(fit.exponent().value() > 1.5 && fit.exponent().value() < 1.6, "" + fit.exponent());
  }

  @Test
  void noTermIsNegative() {
    ScalingFit saturating = ScalingFit.ofPrefill(curve(t -> Math.pow(t, 0.9), 0));
    assertEquals(0, saturating.second());
    assertTrue(saturating.first() > 0);
    ScalingFit falling = ScalingFit.ofDecoding(curve(t -> 1 + 1 / t, 0));
    assertEquals(0, falling.second());
  }

  @Test
  void exponentsComeWithIntervalsThatHoldThem() {
    ScalingFit exact = ScalingFit.ofPrefill(curve(t -> t * t, 0));
    assertEquals(2, exact.exponent().value(), 1e-9);
    ScalingFit noisy = ScalingFit.ofPrefill(curve(t -> t * t, 0.1));
    assertTrue(noisy.exponent().interval().low() <= 2.02 && noisy.exponent().interval().high() >= 1.98);
  }

  @Test
  void bandsAreAsWideAsTheProcessesDiffer() {
    double[][] band = Resampling.band(curve(_ -> 1, 0.1));
    double[][] narrow = Resampling.band(curve(_ -> 1, 0.001));
    assertTrue(band[0][0] < band[1][0]);
    assertTrue(narrow[1][0] - narrow[0][0] < 0.1 * (band[1][0] - band[0][0]));
  }

  @Test
  void crossingsAreFoundBetweenContexts() {
    Crossing crossing = Crossing.of(curve(t -> t, 0), curve(_ -> 3000, 0));
    assertEquals(3000, crossing.context(), 1e-6);
    assertTrue(crossing.isWithin());
    assertEquals(3000, crossing.interval().low(), 1e-6);
  }

  @Test
  void crossingsOutsideAreToldApart() {
    Crossing never = Crossing.of(curve(t -> t, 0), curve(_ -> 1e6, 0));
    assertEquals(Double.POSITIVE_INFINITY, never.context());
    assertEquals("above 16,384", Units.crossing(never, CONTEXTS));
    Crossing always = Crossing.of(curve(t -> t, 0), curve(_ -> 1, 0));
    assertFalse(always.isWithin());
    assertEquals("below 512", Units.crossing(always, CONTEXTS));
  }

  @Test
  void numbersAreForPeople() {
    assertEquals("1.23 ms", Units.seconds(1.23e-3));
    assertEquals("45.0 µs", Units.seconds(45e-6));
    assertEquals("0 ns", Units.seconds(0));
    assertEquals("2.10 MB", Units.bytes(2.1e6));
    assertEquals("a, b and c", Units.list(List.of("a", "b", "c")));
    assertEquals("1.0e-05", Units.number(1e-5));
  }
}
