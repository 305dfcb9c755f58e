package dev.tern.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.tensor.NativeMemory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NativeMemoryProfilerTest {
  @Test
  void arenasAreSeenAndWhatAnIterationLeaves() {
    NativeMemoryProfiler profiler = new NativeMemoryProfiler();
    profiler.beforeIteration(null, null);
    try (NativeMemory memory = new NativeMemory()) {
      memory.allocate(5_000_000);
      Map<String, Double> results = new HashMap<>();
      profiler.afterIteration(null, null, null).forEach(result -> results.put(result.getLabel(), result.getScore()));
      assertTrue(results.get("native.arenas") >= 5, results.toString());
      assertEquals(5, results.get("native.arenas.change"), 1e-6);
      assertTrue(results.get("native.arenas.peak") >= results.get("native.arenas"), results.toString());
    }
  }
}
