package dev.tern;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tern.error.TernException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoders through the public API. */
class EncoderTest {
  private static final Path BERT = Shared.resource("golden/checkpoints/bert");
  private static final List<String> TEXTS = List.of("one", "a much longer text than the others", "two words");

  @ParameterizedTest
  @EnumSource(Encoder.Pooling.class)
  void aBatchGivesWhatEachTextGivesAlone(Encoder.Pooling pooling) {
    try (Encoder encoder = Encoder.load(BERT)) {
      float[][] together = encoder.embed(TEXTS, pooling);
      for (int i = 0; i < TEXTS.size(); i++) {
        assertArrayEquals(encoder.embed(List.of(TEXTS.get(i)), pooling)[0], together[i]);
        double squares = 0;
        for (float value : together[i]) {
          squares += value * value;
        }
        assertEquals(1, squares, 1e-5);
        assertEquals(encoder.width(), together[i].length);
      }
    }
  }

  @Test
  void classesHaveNamesAndProbabilitiesThatSumToOne() {
    try (Encoder encoder = Encoder.load(BERT)) {
      List<List<Encoder.Label>> classes = encoder.classify(TEXTS);
      assertEquals(TEXTS.size(), classes.size());
      for (List<Encoder.Label> labels : classes) {
        assertEquals(
            List.of("LABEL_0", "LABEL_1", "LABEL_2"), labels.stream().map(Encoder.Label::name).sorted().toList());
        assertEquals(1, labels.stream().mapToDouble(Encoder.Label::probability).sum(), 1e-9);
      }
      assertThrows(TernException.class, () -> encoder.fillMasks("a [MASK]", 1));
    }
  }

  @Test
  void decodersAndEncodersAreToldApart() {
    assertThrows(TernException.class, () -> Encoder.load(Path.of("models/java-6m-q8_0.gguf")));
    try (Model model = Model.load(BERT);
        Session session = model.session()) {
      TernException e = assertThrows(TernException.class, () -> session.logits(1, 2));
      assertEquals("the model is an encoder: it embeds and classifies texts, but does not generate", e.getMessage());
    }
  }
}
