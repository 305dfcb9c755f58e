package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class JvmFactsTest {
  private static final String HOTSPOT = "OpenJDK 64-Bit Server VM";

  @Test
  void anOrdinaryJvmIsSuitable() {
    assertEquals(Optional.empty(), new JvmFacts(true, HOTSPOT, "mixed mode, sharing").obstacle());
    assertEquals(Optional.empty(), new JvmFacts(true, HOTSPOT, "compiled mode").obstacle());
    assertEquals(Optional.empty(), JvmFacts.ofThisJvm().obstacle());
  }

  @Test
  void everyObstacleNamesItsCure() {
    requireCure("--add-modules jdk.incubator.vector", new JvmFacts(false, HOTSPOT, "mixed mode"));
    requireCure("-Xint", new JvmFacts(true, HOTSPOT, "interpreted mode, sharing"));
    requireCure("TieredStopAtLevel", new JvmFacts(true, HOTSPOT, "mixed mode, emulated-client, sharing"));
    requireCure("TieredStopAtLevel", new JvmFacts(true, "OpenJDK Client VM", "mixed mode"));
    requireCure("HotSpot", new JvmFacts(true, "Eclipse OpenJ9 VM", "JRE 25 Linux amd64-64-Bit"));
  }

  private static void requireCure(String cure, JvmFacts facts) {
    assertTrue(facts.obstacle().orElseThrow().contains(cure), facts.obstacle().get());
  }
}
