package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.checkpoint.Metadata;
import dev.tern.error.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GgufTokenizersTest {
  private static void refused(Vocabularies vocabulary, String... parts) {
    CheckpointException e = assertThrows(CheckpointException.class, vocabulary::build);
    assertTrue(e.getMessage().startsWith("test.gguf: "), e.getMessage());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void malformedMetadataIsRefused() {
    refused(Vocabularies.of("plamo2").add("a"), "tokenizer.ggml.model", "plamo2");
    refused(Vocabularies.of("gpt2"), "tokenizer.ggml.tokens", "none");
    refused(Vocabularies.of("gpt2").add("a"), "tokenizer.ggml.merges", "missing");
    refused(Vocabularies.bytePairs("gpt-2", "a b").with("token_type", new long[] {1}), "token_type", "257", "found 1");
    refused(Vocabularies.bytePairs("gpt-2").with("scores", new float[3]), "scores", "256", "found 3");
    refused(Vocabularies.bytePairs("gpt-2").with("eos_token_id", 256), "eos_token_id", "below 256", "found 256");
    refused(Vocabularies.bytePairs("gpt-2").with("bos_token_id", -1), "bos_token_id", "found -1");
    refused(Vocabularies.bytePairs("gpt-2").with("merges", new String[] {"ab"}), "merge", "'ab'");
    refused(Vocabularies.bytePairs("gpt-2").with("merges", new String[] {"a zz"}), "merges", "'zz'");
    refused(Vocabularies.bytePairs("gpt-2").with("add_bos_token", true), "bos_token_id", "add_bos_token", "none");
    refused(Vocabularies.bytePairs("gpt-2").with("add_bos_token", "yes"), "add_bos_token");
    refused(Vocabularies.of("t5").add("a").with("precompiled_charsmap", new long[] {9, 9}), "precompiled_charsmap");
    refused(Vocabularies.of("rwkv").add("\\x4"), "hexadecimal", "\\x4");
    refused(Vocabularies.of("rwkv").add("\\q"), "escapes", "\\q");
    refused(Vocabularies.of("bert").add("a"), "cls_token_id");
    assertThrows(CheckpointException.class, () -> Tokenizers.from(new Metadata("x", Map.of())));
  }

  @Test
  void specialTokensAreParsedOnlyWhereAsked() {
    Vocabularies vocabulary =
        Vocabularies.bytePairs("gpt-2").add("<|im_start|>", 3, 0).add("<|im_end|>", 3, 0).add("<tool>", 4, 0);
    Tokenizer tokenizer = vocabulary.build();
    int[] parsed = tokenizer.encode("<|im_start|>a<tool><|im_end|>", Special.PARSE);
    assertArrayEquals(vocabulary.ids("<|im_start|>", "a", "<tool>", "<|im_end|>"), parsed);
    assertEquals("a<tool>", tokenizer.decode(parsed), "control tokens stand for nothing");
    int[] plain = tokenizer.encode("<|im_end|><tool>", Special.TEXT);
    assertEquals("<|im_end|><tool>", tokenizer.decode(plain));
    assertEquals(11, plain.length, "ten characters and one token that is text");
    assertEquals(0, tokenizer.bytes(vocabulary.id("<|im_end|>")).length);
    assertTrue(tokenizer.isControl(vocabulary.id("<|im_end|>")));
    assertFalse(tokenizer.isControl(vocabulary.id("<tool>")));
    assertEquals(OptionalInt.of(vocabulary.id("<tool>")), tokenizer.find("<tool>"));
    assertEquals(OptionalInt.empty(), tokenizer.find("nothing"));
    assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.bytes(tokenizer.size()));
    assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.decode(-1));
  }

  @Test
  void theLongestSpecialTokenWins() {
    Vocabularies vocabulary = Vocabularies.bytePairs("gpt-2").add("<a>", 3, 0).add("<a><b>", 3, 0).add("<b", 4, 0);
    assertArrayEquals(vocabulary.ids("<a><b>", "<a>", "<b"), vocabulary.build().encode("<a><b><a><b", Special.PARSE));
  }

  @Test
  void promptsBeginAndEndAsTheModelWants() {
    Vocabularies vocabulary = Vocabularies.bytePairs("llama-bpe").add("<s>", 3, 0).add("</s>", 3, 0);
    vocabulary.with("bos_token_id", vocabulary.id("<s>")).with("eos_token_id", vocabulary.id("</s>"));
    assertArrayEquals(vocabulary.ids("<s>", "a"), vocabulary.build().encodePrompt("a"), "this family's default");
    assertArrayEquals(vocabulary.ids("<s>", "a"), vocabulary.build().encodePrompt("<s>a"), "not doubled");
    vocabulary.with("add_eos_token", true);
    assertArrayEquals(vocabulary.ids("<s>", "a", "</s>"), vocabulary.build().encodePrompt("a"));
    vocabulary.with("add_bos_token", false);
    assertArrayEquals(vocabulary.ids("a", "</s>"), vocabulary.build().encodePrompt("a"));
    assertArrayEquals(vocabulary.ids("a"), vocabulary.build().encode("a", Special.PARSE));
    Tokenizer tokenizer = vocabulary.build();
    assertEquals(vocabulary.id("<s>"), tokenizer.bos().orElseThrow());
    assertEquals(vocabulary.id("</s>"), tokenizer.eos().orElseThrow());
  }

  @Test
  void generationEndsAtSeveralTokens() {
    Vocabularies vocabulary =
        Vocabularies.bytePairs("gpt-2")
            .add("<|eot_id|>", 3, 0)
            .add("<|im_end|>", 1, 0)
            .add("</s>", 1, 0)
            .add("my end", 3, 0)
            .add("<end_of_turn>", 4, 0);
    vocabulary.with("eos_token_id", vocabulary.id("my end"));
    Tokenizer tokenizer = vocabulary.build();
    int[] expected = vocabulary.ids("<|eot_id|>", "<|im_end|>", "my end", "<end_of_turn>");
    assertArrayEquals(expected, tokenizer.endOfGeneration());
    for (int id = 0; id < tokenizer.size(); id++) {
      int token = id;
      assertEquals(Arrays.stream(expected).anyMatch(e -> e == token), tokenizer.isEndOfGeneration(id));
    }
    assertTrue(tokenizer.isControl(vocabulary.id("<|im_end|>")), "whatever its type says");
    assertFalse(tokenizer.isEndOfGeneration(vocabulary.id("</s>")), "learned from texts of HTML");
  }

  @Test
  void aLineEndThatEndsGenerationIsStillText() {
    Vocabularies vocabulary = Vocabularies.bytePairs("gpt-2");
    Tokenizer tokenizer = vocabulary.with("eos_token_id", vocabulary.id("Ċ")).build();
    assertTrue(tokenizer.isEndOfGeneration(vocabulary.id("Ċ")));
    assertEquals("a\nb", tokenizer.decode(tokenizer.encode("a\nb", Special.TEXT)));
  }

  @Test
  void anEndInsideAnAnswerIsNoEnd() {
    Vocabularies vocabulary =
        Vocabularies.bytePairs("gpt-4o").add("<|end|>", 3, 0).add("<|return|>", 3, 0).add("<|call|>", 3, 0);
    vocabulary.with("eos_token_id", vocabulary.id("<|return|>"));
    assertArrayEquals(vocabulary.ids("<|return|>", "<|call|>"), vocabulary.build().endOfGeneration());
  }

  @Test
  void sentencePiecePutsASpaceBeforeTextUnlessToldNotTo() {
    Vocabularies vocabulary = Vocabularies.sentencePiece("\u2581", "a", "\u2581a", "b", "ab");
    assertEquals(List.of("\u2581a", "b"), Vocabularies.cut(vocabulary.build(), "ab"));
    assertEquals(List.of("<s>", "\u2581a", "</s>", "\u2581a"), Vocabularies.cut(vocabulary.build(), "<s>a</s>a"));
    assertEquals("ab", vocabulary.build().decode(vocabulary.ids("\u2581a", "b")));
    vocabulary.with("add_space_prefix", false);
    assertEquals(List.of("ab"), Vocabularies.cut(vocabulary.build(), "ab"));
    assertEquals(" ab", vocabulary.build().decode(vocabulary.ids("\u2581a", "b")));
    assertArrayEquals(vocabulary.ids("<s>", "a"), vocabulary.build().encodePrompt("a"), "begins with token 1");
  }

  @Test
  void unigramNormalizesSpacesAsAsked() {
    Vocabularies vocabulary =
        Vocabularies.of("t5").add("<pad>", 3, 0).add("</s>", 3, 0).add("<unk>", 2, 0).add("\u2581", 1, -3);
    vocabulary.add("a", 1, -2).add("\u2581a", 1, -1).add("b", 1, -2);
    Tokenizer plain = vocabulary.build();
    assertEquals(List.of("\u2581a", "\u2581", "\u2581a", "b"), Vocabularies.cut(plain, "a  ab"));
    assertEquals(List.of("\u2581", "\u2581a", "<unk>", "\u2581"), Vocabularies.cut(plain, " axy "));
    Tokenizer squeezing = vocabulary.with("remove_extra_whitespaces", true).build();
    assertEquals(List.of("\u2581a", "\u2581a", "b"), Vocabularies.cut(squeezing, "  a  ab  "));
    assertEquals(List.of(), Vocabularies.cut(squeezing, "   "));
    int[] prompt = squeezing.encodePrompt("a");
    assertArrayEquals(vocabulary.ids("\u2581a", "</s>"), prompt);
    assertEquals("a ab", squeezing.decode(squeezing.encode("  a  ab  ", Special.TEXT)));
    List<Piece> pieces = squeezing.pieces("  a  ab  ", Special.TEXT);
    assertEquals(2, pieces.getFirst().start());
    assertEquals(7, pieces.getLast().end());
  }

  @Test
  void rwkvTakesTheLongestBytes() {
    Vocabularies vocabulary = Vocabularies.of("rwkv").add("<s>", 3, 0);
    vocabulary.add("a", "ab", "\\n\\n", "\\n", "\\xc3", "\\xa9", "\\\\", "it\\'s", "\u4e2d");
    Tokenizer tokenizer = vocabulary.build();
    String text = "aab\n\n\né\\it's中";
    int[] ids = tokenizer.encode(text, Special.TEXT);
    int[] expected = vocabulary.ids("a", "ab", "\\n\\n", "\\n", "\\xc3", "\\xa9", "\\\\", "it\\'s", "\u4e2d");
    assertArrayEquals(expected, ids);
    assertEquals(text, tokenizer.decode(ids));
    assertArrayEquals(new byte[] {(byte) 0xc3}, tokenizer.bytes(vocabulary.id("\\xc3")));
  }

  @Test
  void bertCleansCutsAndMarksWords() {
    Vocabularies vocabulary =
        Vocabularies.of("bert").add("[UNK]", 3, 0).add("[CLS]", 3, 0).add("[SEP]", 3, 0).add("[MASK]", 3, 0);
    vocabulary.add("\u2581cafe", "\u2581un", "able", "\u2581!", "\u2581中", "\u2581'", "\u2581s", "\u2581.");
    vocabulary.with("unknown_token_id", 0).with("cls_token_id", 1).with("seperator_token_id", 2);
    Tokenizer tokenizer = vocabulary.build();
    List<String> words = List.of("\u2581cafe", "\u2581un", "able", "\u2581!", "\u2581中", "\u2581中", "[UNK]");
    assertEquals(words, Vocabularies.cut(tokenizer, "CAFÉ  un\u0000able!中中 xyz"));
    int[] prompt = tokenizer.encodePrompt("unable [MASK].");
    assertArrayEquals(vocabulary.ids("[CLS]", "\u2581un", "able", "[MASK]", "\u2581.", "[SEP]"), prompt);
    assertEquals("unable.", tokenizer.decode(prompt));
    Piece last = tokenizer.pieces("Café unable", Special.TEXT).getLast();
    assertEquals(8, last.start());
    assertEquals("Café unable".getBytes(StandardCharsets.UTF_8).length, last.end());
  }

  @Test
  void marksMayStandForSpacesInBytePairs() {
    Vocabularies vocabulary = Vocabularies.of("gemma4").add("<bos>", 3, 0).with("bos_token_id", 0);
    vocabulary.add("\n", "\n\n", "a", "b", "\u2581", "\u2581a", "\u2581ab").add("<0xC3>", 6, 0).add("<0xA9>", 6, 0);
    vocabulary.with("merges", new String[] {"\u2581 a", "\u2581a b"});
    Tokenizer tokenizer = vocabulary.build();
    String text = "a ab\n\n\n\nb\n\né";
    int[] ids = tokenizer.encode(text, Special.TEXT);
    assertArrayEquals(vocabulary.ids("a", "\u2581ab", "\n", "\n", "\n", "\n", "b", "\n\n", "<0xC3>", "<0xA9>"), ids);
    assertEquals(text, tokenizer.decode(ids));
    assertEquals(0, tokenizer.encodePrompt("a")[0]);
  }

  @Test
  void withoutMergesTheVocabularyItselfRanks() {
    Vocabularies vocabulary = Vocabularies.of("gpt2").with("pre", "kimi-k2");
    vocabulary.add("a", "b", "c", "bc", "ab", "abx");
    assertEquals(List.of("a", "bc"), Vocabularies.cut(vocabulary.build(), "abc"), "the earlier joint first");
    assertEquals(List.of("ab", "bc"), Vocabularies.cut(vocabulary.build(), "abbc"));
  }
}
