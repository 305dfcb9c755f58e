package dev.tern.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CodebookTest {
  @ParameterizedTest
  @CsvSource({
    "SIGNED, 1, 8",
    "IQ4_NL, 1, 127",
    "MXFP4, 1, 12",
    "IQ2, 8, 43",
    "IQ3_XXS, 2, 31",
    "IQ3_S, 1, 15",
    "IQ1, 8, 9"
  })
  void unitsMakeValuesWhole(Codebook codebook, int unit, int largest) {
    assertEquals(unit, codebook.unit());
    assertEquals(largest, codebook.largest());
  }

  /** Of two products with activations of up to 127 the sum shall be a 16-bit number. */
  @ParameterizedTest
  @EnumSource
  void valuesFitKernels(Codebook codebook) {
    assertTrue(2 * 127 * codebook.largest() <= Short.MAX_VALUE);
  }
}
