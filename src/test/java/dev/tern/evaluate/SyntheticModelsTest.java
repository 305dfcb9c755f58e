package dev.tern.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.error.TernException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticModelsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "synthetic:llama-160m:q9 | expected a tensor type such as q4_0, found 'q9'",
        "synthetic:llama-160m:iq3_s | expected a type that can be written, found IQ3_S",
        "synthetic:llama:q4_0 | expected synthetic:SHAPE:TYPE with a shape of [llama-160m, qwen3-0.6b, tinyllama]",
        "synthetic:llama-160m | expected synthetic:SHAPE:TYPE with a shape of [llama-160m, qwen3-0.6b, tinyllama]"
      })
  void wrongNamesAreRefused(String name, String problem) {
    Exception refused = assertThrows(TernException.class, () -> SyntheticModels.open(name).close());
    assertEquals("model '%s': %s".formatted(name, problem), refused.getMessage());
  }
}
