package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.text.AlignedText;
import dev.tern.tokenizer.text.CharacterMap;
import dev.tern.tokenizer.text.Normalizer;
import dev.tern.tokenizer.text.SentencePieceNormalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceFileTest {
  @TempDir Path folder;

  /** Writes protocol buffers. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, int value) {
      out.write(field << 3);
      varint(value);
      return this;
    }

    Message real(int field, float value) {
      out.write(field << 3 | 5);
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    Message bytes(int field, byte[] value) {
      out.write(field << 3 | 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    private void varint(int value) {
      for (; value >= 0x80; value >>>= 7) {
        out.write(value & 0x7f | 0x80);
      }
      out.write(value);
    }

    Message piece(String text, float score, int kind) {
      byte[] name = text.getBytes(StandardCharsets.UTF_8);
      return bytes(1, new Message().bytes(1, name).real(2, score).number(3, kind).done());
    }

    byte[] done() {
      return out.toByteArray();
    }
  }

  private static Message pieces() {
    return new Message()
        .piece("<unk>", 0, 2)
        .piece("<s>", 0, 3)
        .piece("</s>", 0, 3)
        .piece("\u2581", -4, 1)
        .piece("a", -3, 1)
        .piece("\u2581a", -1, 1)
        .piece("[x]", 0, 4);
  }

  private Tokenizer load(byte[] file, String config) throws IOException {
    Files.write(folder.resolve("tokenizer.model"), file);
    Files.writeString(folder.resolve("tokenizer_config.json"), config.replace('\'', '"'));
    return Tokenizers.fromDirectory(folder);
  }

  @Test
  void settingsOfTheFileHold() throws IOException {
    Tokenizer unigram = load(pieces().bytes(2, new Message().number(3, 1).done()).done(), "{}");
    assertEquals("t5", unigram.kind());
    assertArrayEquals(new int[] {5, 5, 6, 5, 0}, unigram.encode("  a  a[x]ay", Special.TEXT));
    byte[] plain = new Message().number(3, 0).number(4, 0).done();
    Tokenizer bpe = load(pieces().bytes(2, new Message().number(3, 2).done()).bytes(3, plain).done(), "{}");
    assertEquals("llama", bpe.kind());
    assertArrayEquals(new int[] {4, 3, 5}, bpe.encode("a  a", Special.TEXT), "no space in front, none dropped");
    assertEquals("a  a", bpe.decode(4, 3, 5));
  }

  @Test
  void llamaGoesByItsClass() throws IOException {
    byte[] file = pieces().bytes(2, new Message().number(3, 2).done()).done();
    String config = "{'tokenizer_class': 'LlamaTokenizer', 'bos_token': '<s>', 'eos_token': '</s>', 'legacy': %s}";
    Tokenizer legacy = load(file, config.formatted("true"));
    assertArrayEquals(new int[] {1, 5, 2, 5}, legacy.encodePrompt("a</s>a"));
    Tokenizer newer = load(file, config.formatted("false"));
    assertArrayEquals(new int[] {1, 5, 2, 4}, newer.encodePrompt("a</s>a"), "no space after special tokens");
    assertArrayEquals(new int[] {1, 3, 5}, newer.encodePrompt(" a"));
    Tokenizer gemma = load(file, "{'tokenizer_class': 'GemmaTokenizer', 'bos_token': '<s>'}");
    assertArrayEquals(new int[] {1, 4}, gemma.encodePrompt("a"));
    assertArrayEquals(new int[] {2}, legacy.endOfGeneration());
  }

  @Test
  void malformedFilesAreRefused() throws IOException {
    byte[] file = pieces().bytes(2, new Message().number(3, 2).done()).done();
    for (int length = 0; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      // A file that ends where a field ends is whole, if there are any pieces.
      try {
        assertTrue(load(part, "{}").size() <= 7);
      } catch (CheckpointException e) {
        assertTrue(e.getMessage().contains("tokenizer.model"), e.getMessage());
      }
    }
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      byte[] mutated = file.clone();
      mutated[random.nextInt(file.length)] = (byte) random.nextInt();
      try {
        load(mutated, "{}").encode("a a[x]", Special.PARSE);
      } catch (CheckpointException e) {
        assertTrue(e.getMessage().contains("tokenizer.model"), e.getMessage());
      }
    }
    byte[] words = pieces().bytes(2, new Message().number(3, 3).done()).done();
    assertTrue(assertThrows(CheckpointException.class, () -> load(words, "{}")).getMessage().contains("model type 3"));
    byte[] base64 = "IQ== 0\nIg== 1\n".getBytes(StandardCharsets.UTF_8);
    assertThrows(CheckpointException.class, () -> load(base64, "{}"));
  }

  @Test
  void theTableOfNfkcReplacesCharacters() {
    Path file = Shared.resource("golden/checkpoints/gemma2/tokenizer.model");
    SentencePieceFile model = SentencePieceFile.read(file);
    Normalizer table = SentencePieceNormalizer.table(CharacterMap.of("test", model.characterMap()));
    for (String[] pair :
        new String[][] {
          {"ﬁne ①２㎏", "fine 12kg"},
          {"e\u0301", "é"},
          {"\u00a0x\u3000", " x "},
          {"a\u0000b", "a\u0000b"},
          {"", ""},
          {"plain 你好 👍", "plain 你好 👍"},
          {"ｶﾞ", "ガ"},
          {"a\tb\nc", "a b c"}
        }) {
      assertEquals(pair[1], table.apply(AlignedText.of(pair[0], 0, pair[0].length())).text());
    }
    AlignedText kilogram = table.apply(AlignedText.of("x㎏y", 0, 3));
    assertEquals(List.of(0, 1, 1, 2), List.of(0, 1, 2, 3).stream().map(kilogram::start).toList());
    assertEquals(List.of(1, 2, 2, 3), List.of(0, 1, 2, 3).stream().map(kilogram::end).toList());
  }

  @Test
  void aMalformedTableEndsInAnError() {
    Path file = Shared.resource("golden/checkpoints/gemma2/tokenizer.model");
    byte[] blob = SentencePieceFile.read(file).characterMap();
    Random random = new Random(2);
    String text = "ﬁ①e\u0301ｶﾞ㎏ plain";
    for (int round = 0; round < 300; round++) {
      byte[] mutated = Arrays.copyOf(blob, random.nextInt(3) == 0 ? random.nextInt(blob.length) : blob.length);
      for (int i = 0; i < 2000 && mutated.length > 0; i++) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      try {
        Normalizer table = SentencePieceNormalizer.table(CharacterMap.of("test", mutated));
        table.apply(AlignedText.of(text, 0, text.length()));
      } catch (CheckpointException e) {
        assertTrue(e.getMessage().startsWith("test: precompiled_charsmap"), e.getMessage());
      }
    }
  }
}
