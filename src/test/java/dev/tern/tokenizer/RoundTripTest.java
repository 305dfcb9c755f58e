package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokenizers that lose nothing give every text back, as a whole and token by token. */
class RoundTripTest {
  private static final List<String> AWKWARD =
      List.of(
          "",
          "\u2581",
          " \u2581x",
          "\u0000",
          "\ufeff",
          "\ufffd",
          "a\u0301\u0301",
          "👩‍👩‍👧‍👦",
          "\r\n\r",
          "</s>",
          "<0x41>");

  static Stream<Tokenizer> lossless() {
    return Stream.of(
        PublishedVectorsTest.load(Shared.resource("golden/checkpoints/llama/model.gguf")),
        PublishedVectorsTest.load(Shared.resource("golden/checkpoints/gemma2/model.gguf")),
        Tokenizers.fromDirectory(Shared.resource("golden/checkpoints/gemma2")),
        Tokenizers.fromDirectory(Shared.resource("golden/checkpoints/qwen3")),
        Vocabularies.bytePairs("llama-bpe", "Ã ©", "Ġ a", "a a").build(),
        Vocabularies.sentencePiece("\u2581", "a", "\u2581a", "é", "aa").build());
  }

  private static Stream<String> texts() {
    Random random = new Random(5);
    return Stream.concat(AWKWARD.stream(), Stream.generate(() -> RandomText.of(random, 50)).limit(200));
  }

  @ParameterizedTest
  @MethodSource("lossless")
  void decodingUndoesEncoding(Tokenizer tokenizer) {
    texts()
        .forEach(
            text -> {
              // Where U+2581 stands for a space it cannot stand for itself.
              String expected = tokenizer.kind().equals("llama") ? text.replace('\u2581', ' ') : text;
              assertEquals(expected, tokenizer.decode(tokenizer.encode(text, Special.TEXT)));
            });
  }

  @ParameterizedTest
  @MethodSource("lossless")
  void piecesCoverTheTextInOrder(Tokenizer tokenizer) {
    texts()
        .forEach(
            text -> {
              byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
              List<Piece> pieces = tokenizer.pieces(text, Special.TEXT);
              int[] ids = pieces.stream().mapToInt(Piece::id).toArray();
              assertArrayEquals(tokenizer.encode(text, Special.TEXT), ids);
              int at = 0;
              for (Piece piece : pieces) {
                assertEquals(at, piece.start(), text);
                String part = new String(Arrays.copyOfRange(utf8, at, piece.end()), StandardCharsets.ISO_8859_1);
                String bytes = new String(tokenizer.bytes(piece.id()), StandardCharsets.ISO_8859_1);
                assertTrue(
                    bytes.endsWith(part) || !text.equals(text.replace('\u2581', ' ')),
                    () -> "%s: %s covers '%s'".formatted(text, piece, part));
                at = piece.end();
              }
              assertEquals(utf8.length, at);
            });
  }

  @Test
  void streamedTextIsTheDecodedText() {
    Tokenizer tokenizer = PublishedVectorsTest.load(Shared.resource("golden/checkpoints/llama/model.gguf"));
    texts()
        .forEach(
            text -> {
              int[] ids = tokenizer.encode(text, Special.TEXT);
              Detokenizer stream = new Detokenizer(tokenizer);
              StringBuilder all = new StringBuilder();
              for (int id : ids) {
                String part = stream.next(id);
                assertTrue(part.isEmpty() || !Character.isHighSurrogate(part.charAt(part.length() - 1)));
                all.append(part);
              }
              assertEquals(text, all + stream.finish());
            });
  }

  @Test
  void aCharacterAppearsWhenItIsComplete() {
    Tokenizer tokenizer = Vocabularies.bytePairs("gpt-2").build();
    int[] ids = tokenizer.encode("é👍!", Special.TEXT);
    assertEquals(7, ids.length);
    Detokenizer stream = new Detokenizer(tokenizer);
    List<String> parts = Arrays.stream(ids).mapToObj(stream::next).toList();
    assertEquals(List.of("", "é", "", "", "", "👍", "!"), parts);
    assertEquals("", stream.finish());
  }

  @Test
  void whatIsNoUtf8BecomesReplacements() {
    Tokenizer tokenizer = Vocabularies.bytePairs("gpt-2").build();
    int[] ids = tokenizer.encode("a👍b", Special.TEXT);
    Detokenizer stream = new Detokenizer(tokenizer);
    assertEquals("a", stream.next(ids[0]));
    assertEquals("", stream.next(ids[1]) + stream.next(ids[2]));
    assertEquals("\ufffdb", stream.next(ids[5]), "three bytes are missing");
    assertEquals("\ufffd", stream.next(ids[4]));
    assertEquals("", stream.next(ids[1]));
    assertEquals("\ufffd", stream.finish());
    assertEquals("", stream.finish());
    assertEquals("b", stream.next(ids[5]), "begins anew");
    assertEquals("a\ufffdb", tokenizer.decode(ids[0], ids[1], ids[5]));
  }

  @Test
  void loneSurrogatesAreReplaced() {
    Tokenizer tokenizer = Vocabularies.bytePairs("gpt-2").build();
    for (String text : List.of("a\ud83d", "\udc4d", "\ud83d\ud83d\udc4d", "x\ud83dy")) {
      String sound = new String(text.getBytes(StandardCharsets.UTF_16), StandardCharsets.UTF_16);
      assertEquals(sound, tokenizer.decode(tokenizer.encode(text, Special.TEXT)));
      assertEquals(sound.getBytes(StandardCharsets.UTF_8).length, tokenizer.pieces(text, Special.TEXT).getLast().end());
    }
  }

  @Test
  void longWordsAndTexts() {
    for (Tokenizer tokenizer : lossless().toList()) {
      for (String text : List.of("a".repeat(100_000), " ".repeat(100_000) + "x", "é\n".repeat(50_000))) {
        assertEquals(text, tokenizer.decode(tokenizer.encode(text, Special.PARSE)));
      }
    }
  }

  @Test
  void manyThreadsGetTheSame() {
    Tokenizer tokenizer = Tokenizers.fromDirectory(Shared.resource("golden/checkpoints/qwen3"));
    List<String> texts = texts().toList();
    List<int[]> expected = texts.stream().map(text -> tokenizer.encode(text, Special.PARSE)).toList();
    IntStream.range(0, 20 * texts.size())
        .parallel()
        .map(i -> i % texts.size())
        .forEach(i -> assertArrayEquals(expected.get(i), tokenizer.encode(texts.get(i), Special.PARSE)));
  }
}
