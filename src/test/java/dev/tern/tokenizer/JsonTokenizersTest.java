package dev.tern.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTokenizersTest {
  @TempDir Path folder;

  /** A file with the parts of a tokenizer in it; {@code '} stands for a quotation mark. */
  private Tokenizer load(String parts) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{" + parts.replace('\'', '"') + "}");
    return Tokenizers.fromDirectory(folder);
  }

  private void config(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content.replace('\'', '"'));
  }

  private void refused(String parts, String... found) {
    CheckpointException e = assertThrows(CheckpointException.class, () -> load(parts));
    assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
    for (String part : found) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  /** A model to which every character is a word's only part, so that unknown words show where words begin. */
  private static final String WORDS =
      """
      'model': {'type': 'WordPiece', 'unk_token': '?', 'vocab': {'?': 0}}\
      """;

  /** The words that a pre-tokenizer makes of a text. */
  private List<String> words(String preTokenizer, String text) throws IOException {
    Tokenizer tokenizer = load(WORDS + ", 'pre_tokenizer': " + preTokenizer);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return tokenizer.pieces(text, Special.TEXT).stream()
        .map(p -> new String(utf8, p.start(), p.end() - p.start(), StandardCharsets.UTF_8))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "Removed, the|final|countdown",
    "Isolated, the|-|final|-|-|countdown",
    "MergedWithPrevious, the-|final-|-|countdown",
    "MergedWithNext, the|-final|-|-countdown",
    "Contiguous, the|-|final|--|countdown"
  })
  void splitsTreatDelimitersAsNamed(String behavior, String expected) throws IOException {
    String split = "{'type': 'Split', 'pattern': {'String': '-'}, 'behavior': '%s'}".formatted(behavior);
    assertEquals(List.of(expected.split("\\|")), words(split, "the-final--countdown"));
  }

  @Test
  void preTokenizersCutAsNamed() throws IOException {
    String text = "Hey friend 123,4  x_y!?";
    assertEquals(List.of("Hey", "friend", "123", ",", "4", "x_y", "!?"), words("{'type': 'Whitespace'}", text));
    assertEquals(List.of("Hey", "friend", "123,4", "x_y!?"), words("{'type': 'WhitespaceSplit'}", text));
    assertEquals(
        List.of("Hey", "friend", "123", ",", "4", "x", "_", "y", "!", "?"),
        words("{'type': 'BertPreTokenizer'}", text));
    assertEquals(
        List.of("Hey friend ", "1", "2", "3", ",", "4", "  x_y!?"),
        words("{'type': 'Digits', 'individual_digits': true}", text));
    assertEquals(
        List.of("Hey friend ", "123", ",", "4", "  x_y!?"),
        words("{'type': 'Digits', 'individual_digits': false}", text));
    assertEquals(
        List.of("Hey friend 123", ",", "4  x", "_", "y", "!?"),
        words("{'type': 'Punctuation', 'behavior': 'Contiguous'}", text));
    assertEquals(
        List.of("H", "y fri", "nd 123,4  x_y!?"), words("{'type': 'CharDelimiterSplit', 'delimiter': 'e'}", text));
    assertEquals(List.of("Hey", " friend", " 123,4", " ", " x_y!?"), words("{'type': 'Metaspace'}", text));
    String both =
        """
        {'type': 'Sequence', 'pretokenizers': [{'type': 'WhitespaceSplit'},
         {'type': 'Split', 'pattern': {'Regex': '[0-9]+'}, 'behavior': 'Removed', 'invert': true}]}\
        """;
    assertEquals(List.of("123", "4"), words(both, text));
  }

  @Test
  void normalizersRewriteAsNamed() throws IOException {
    String vocabulary = "'vocab': [['?', 0], ['a', -1], ['fi', -1], [' ', -1], ['e', -1], ['_a', -0.5], ['é', -1]]";
    String model = "'model': {'type': 'Unigram', 'unk_id': 0, " + vocabulary + "}, 'normalizer': ";
    assertEquals(List.of("fi"), Vocabularies.cut(load(model + "{'type': 'NFKC'}"), "ﬁ"));
    assertEquals(List.of("é"), Vocabularies.cut(load(model + "{'type': 'NFC'}"), "e\u0301"));
    String accents = "{'type': 'Sequence', 'normalizers': [{'type': 'NFD'}, {'type': 'StripAccents'}]}";
    assertEquals(List.of("e", "a"), Vocabularies.cut(load(model + accents), "éa"));
    assertEquals(List.of("a", "é"), Vocabularies.cut(load(model + "{'type': 'Lowercase'}"), "AÉ"));
    assertEquals(List.of("a"), Vocabularies.cut(load(model + "{'type': 'Strip'}"), "  a \n"));
    assertEquals(List.of("_a", "a"), Vocabularies.cut(load(model + "{'type': 'Prepend', 'prepend': '_'}"), "aa"));
    String runs = "{'type': 'Replace', 'pattern': {'Regex': ' {2,}'}, 'content': ' '}";
    Tokenizer squeezing = load(model + runs);
    assertEquals(List.of("a", " ", "a"), Vocabularies.cut(squeezing, "a    a"));
    assertEquals(new Piece(3, " ", 1, 5), squeezing.pieces("a    a", Special.TEXT).get(1));
    String letters = "{'type': 'Replace', 'pattern': {'String': 'xy'}, 'content': 'a'}";
    assertEquals(List.of("a", "a", "?"), Vocabularies.cut(load(model + letters), "xyxyx"));
  }

  private static final String BYTES =
      """
      'model': {'type': 'BPE', 'vocab': {'a': 0, 'b': 1, 'Ġ': 2, 'ab': 3, '<': 4, '>': 5, 'Ġa': 6},
       'merges': ['a b', ['Ġ', 'a']]},
       'pre_tokenizer': {'type': 'ByteLevel', 'add_prefix_space': false}, 'decoder': {'type': 'ByteLevel'}\
      """;

  @Test
  void mergesHaveTwoForms() throws IOException {
    Tokenizer tokenizer = load(BYTES);
    assertArrayEquals(new int[] {3, 6, 2, 3}, tokenizer.encode("ab a ab", Special.TEXT));
    assertEquals("ab a ab", tokenizer.decode(3, 6, 2, 3));
    assertEquals("gpt2", tokenizer.kind());
    assertArrayEquals(
        new int[] {2, 3},
        load(BYTES.replace("'add_prefix_space': false", "'add_prefix_space': true")).encode("ab", Special.TEXT));
  }

  @Test
  void addedTokensHaveTraits() throws IOException {
    String added =
        """
        , 'added_tokens': [
          {'id': 10, 'content': '<s>', 'special': true},
          {'id': 11, 'content': '<l>', 'special': false, 'lstrip': true},
          {'id': 12, 'content': '<r>', 'special': false, 'rstrip': true},
          {'id': 13, 'content': 'ba', 'special': false, 'single_word': true}]\
        """;
    Tokenizer tokenizer = load(BYTES + added);
    assertEquals(14, tokenizer.size());
    assertEquals("", tokenizer.piece(7), "no token has this id");
    assertArrayEquals(new int[] {10, 0, 11, 12, 0}, tokenizer.encode("<s>a  <l><r>  a", Special.PARSE));
    assertArrayEquals(new int[] {0, 11, 12, 0}, tokenizer.encode("a  <l><r>  a", Special.TEXT));
    assertArrayEquals(new int[] {4, 5}, tokenizer.encode("<s>", Special.TEXT), "no token for s");
    assertArrayEquals(new int[] {13, 2, 1, 0, 0, 2, 13}, tokenizer.encode("ba baa ba", Special.TEXT));
    assertEquals(new Piece(11, "<l>", 1, 6), tokenizer.pieces("a  <l>", Special.TEXT).getLast());
  }

  @Test
  void promptsAreWrittenByTheTemplate() throws IOException {
    String added = ", 'added_tokens': [{'id': 7, 'content': '<s>', 'special': true}]";
    String template =
        """
        , 'post_processor': {'type': 'Sequence', 'processors': [{'type': 'ByteLevel'},
          {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<s>'}}, {'Sequence': {'id': 'A'}},
           {'SpecialToken': {'id': 'end'}}], 'special_tokens': {'<s>': {'ids': [7]}, 'end': {'ids': [5, 4]}}}]}\
        """;
    assertArrayEquals(new int[] {7, 3, 5, 4}, load(BYTES + added + template).encodePrompt("ab"));
    String roberta = ", 'post_processor': {'type': 'RobertaProcessing', 'cls': ['<s>', 7], 'sep': ['>', 5]}";
    assertArrayEquals(new int[] {7, 3, 5}, load(BYTES + added + roberta).encodePrompt("ab"));
    assertArrayEquals(new int[] {3}, load(BYTES + added).encodePrompt("ab"));
    config("tokenizer_config.json", "{'bos_token': {'content': '<s>'}, 'add_bos_token': true, 'eos_token': '>'}");
    assertArrayEquals(new int[] {7, 3}, load(BYTES + added).encodePrompt("ab"));
    config(
        "tokenizer_config.json",
        "{'bos_token': '<s>', 'tokenizer_class': 'LlamaTokenizerFast', 'add_bos_token': false}");
    assertArrayEquals(new int[] {3}, load(BYTES + added + template).encodePrompt("ab"));
  }

  @Test
  void rolesComeFromTheFilesBeside() throws IOException {
    config(
        "tokenizer_config.json",
        "{'eos_token': null, 'added_tokens_decoder': {'8': {'content': '<e>', 'special': true}}}");
    config("special_tokens_map.json", "{'eos_token': {'content': '<e>'}, 'bos_token': 'a'}");
    config("generation_config.json", "{'eos_token_id': [5, 4]}");
    Tokenizer tokenizer = load(BYTES);
    assertEquals(8, tokenizer.eos().orElseThrow());
    assertEquals(0, tokenizer.bos().orElseThrow());
    assertArrayEquals(new int[] {4, 5, 8}, tokenizer.endOfGeneration());
    assertTrue(tokenizer.isControl(8));
    config("generation_config.json", "{'eos_token_id': 99}");
    refused(BYTES, "eos_token_id", "below 9", "found 99");
    config("tokenizer_config.json", "[]");
    refused(BYTES, "tokenizer_config.json");
  }

  @Test
  void theVocabularyReachesAsFarAsTheLogits() throws IOException {
    config("config.json", "{'text_config': {'vocab_size': 20}}");
    Tokenizer tokenizer = load(BYTES);
    assertEquals(20, tokenizer.size());
    assertEquals("", tokenizer.decode(19));
    config("config.json", "{'vocab_size': 3}");
    assertEquals(7, load(BYTES).size());
    config("config.json", "{'vocab_size': 2000000000}");
    refused(BYTES, "2000000000");
  }

  @Test
  void anAddedTokenThatEndsGenerationIsAControlToken() throws IOException {
    Tokenizer tokenizer = load(BYTES + ", 'added_tokens': [{'id': 7, 'content': '<|im_end|>', 'special': false}]");
    assertTrue(tokenizer.isControl(7) && tokenizer.isEndOfGeneration(7));
    assertArrayEquals(new int[] {7}, tokenizer.encode("<|im_end|>", Special.PARSE));
    assertArrayEquals(new int[] {4, 5}, tokenizer.encode("<|im_end|>", Special.TEXT), "only < and > have tokens");
  }

  @Test
  void byteLevelInTheMiddleIsSeenByWhatFollows() throws IOException {
    String steps =
        """
        'pre_tokenizer': {'type': 'Sequence', 'pretokenizers': [
          {'type': 'ByteLevel', 'add_prefix_space': false, 'use_regex': false},
          {'type': 'Split', 'pattern': {'String': 'Ġ'}, 'behavior': 'MergedWithPrevious'}]},\
        """;
    String model =
        "'decoder': {'type': 'ByteLevel'}, 'model': {'type': 'BPE', 'vocab': {'a': 0, 'Ġ': 1, 'aĠ': 2, 'Ã': 3, '©': 4,"
            + " 'Ġa': 5}, 'merges': ['Ġ a', 'a Ġ']}";
    Tokenizer tokenizer = load(steps + model);
    assertArrayEquals(new int[] {2, 0, 3, 4}, tokenizer.encode("a aé", Special.TEXT), "no token begins with a space");
    assertEquals("a aé", tokenizer.decode(2, 0, 3, 4));
    assertEquals(List.of(0, 2, 3, 3), tokenizer.pieces("a aé", Special.TEXT).stream().map(Piece::start).toList());
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() {
    refused("'model': {'type': 'WordLevel', 'vocab': {'a': 0}}", "WordLevel", "not supported");
    refused(WORDS + ", 'normalizer': {'type': 'Nmt'}", "'normalizer'", "Nmt");
    refused(WORDS + ", 'pre_tokenizer': {'type': 'UnicodeScripts'}", "'pre_tokenizer'", "UnicodeScripts");
    refused(WORDS + ", 'decoder': {'type': 'CTC'}", "'decoder'", "CTC");
    refused(WORDS + ", 'post_processor': {'type': 'Other'}", "'post_processor'", "Other");
    refused(BYTES.replace("'merges'", "'end_of_word_suffix': '</w>', 'merges'"), "end_of_word_suffix");
    refused(BYTES.replace("'decoder': {'type': 'ByteLevel'}", "'decoder': {'type': 'Fuse'}"), "'decoder'", "ByteLevel");
  }

  @Test
  void malformedFilesAreRefused() throws IOException {
    refused("'model': {'type': 'BPE', 'vocab': {}, 'merges': []}", "tokens", "none");
    refused("'model': {'type': 'BPE', 'vocab': {'a': 'x'}, 'merges': []}", "model.vocab");
    refused("'model': {'type': 'BPE', 'vocab': {'a': 2000000000}, 'merges': []}", "'a'", "2000000000");
    refused("'model': {'type': 'BPE', 'vocab': {'a': -1}, 'merges': []}", "'a'", "-1");
    refused("'model': {'type': 'BPE', 'vocab': {'a': 0, 'b': 0}, 'merges': []}", "token 0", "'a' and 'b'");
    refused("'model': {'type': 'BPE', 'vocab': {'a': 0}, 'merges': ['a b']}", "merges", "'b'");
    refused("'model': {'type': 'BPE', 'vocab': {'a': 0}, 'merges': ['ab']}", "model.merges");
    refused("'model': {'type': 'BPE', 'vocab': {'a': 0}, 'merges': [['a']]}", "model.merges");
    refused("'model': {'type': 'Unigram', 'unk_id': 0, 'vocab': [['a']]}", "model.vocab");
    refused("'model': {'type': 'WordPiece', 'unk_token': '?', 'vocab': {'a': 0}}", "unk_token");
    refused(WORDS + ", 'pre_tokenizer': {'type': 'Split', 'pattern': {'Regex': '(a'}}", "'(a'");
    refused(WORDS + ", 'pre_tokenizer': {'type': 'Split', 'pattern': {'String': '-'}, 'behavior': 'Eaten'}", "Eaten");
    refused(WORDS + ", 'pre_tokenizer': [1]", "'pre_tokenizer.type'");
    refused(WORDS + ", 'normalizer': {'type': 'Precompiled', 'precompiled_charsmap': '!'}", "base 64");
    refused(WORDS + ", 'added_tokens': [{'id': 1}]", "added_tokens[0].content");
    refused(WORDS + ", 'added_tokens': 3", "added_tokens", "array");
    refused("'model': ", "JSON");
    String whole = "{" + (BYTES + ", 'added_tokens': [{'id': 7, 'content': '<s>'}]}").replace('\'', '"');
    for (int length = 0; length < whole.length() - 1; length++) {
      Files.writeString(folder.resolve("tokenizer.json"), whole.substring(0, length));
      assertThrows(CheckpointException.class, () -> Tokenizers.fromDirectory(folder));
    }
    Files.delete(folder.resolve("tokenizer.json"));
    CheckpointException e = assertThrows(CheckpointException.class, () -> Tokenizers.fromDirectory(folder));
    assertTrue(e.getMessage().contains("tokenizer.json"));
  }

  @Test
  void patternsOfFilesCannotRunAway() throws IOException {
    String split = ", 'pre_tokenizer': {'type': 'Split', 'pattern': {'Regex': '%s'}, 'behavior': 'Isolated'}";
    Tokenizer slow = load(WORDS + split.formatted("(a|aa)+\\\\1c"));
    String text = "a".repeat(200) + "b";
    CheckpointException e = assertThrows(CheckpointException.class, () -> slow.encode(text, Special.TEXT));
    assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
    assertTrue(e.getMessage().contains("(a|aa)+\\1c"), e.getMessage());
    Tokenizer deep = load(WORDS + split.formatted("(a|b)*c"));
    String long1 = "ab".repeat(50_000);
    e = assertThrows(CheckpointException.class, () -> deep.encode(long1, Special.TEXT));
    assertTrue(e.getMessage().contains("(a|b)*c"), e.getMessage());
  }

  @Test
  void slowPublishedPatternsAreReplaced() throws IOException {
    String split = "{'type': 'Split', 'pattern': {'Regex': '%s'}, 'behavior': 'Isolated'}";
    assertEquals(
        List.of("1", "234", "567", " 12ab ", "9"),
        words(split.formatted("\\\\d{1,3}(?=(?:\\\\d{3})*\\\\b)"), "1234567 12ab 9"));
    assertEquals(List.of("ab1", "234", "567x"), words(split.formatted("(?=(\\\\d{3})+(?!\\\\d))"), "ab1234567x"));
    assertEquals(List.of("a  b", "  "), words(split.formatted("\\\\s+$"), "a  b  "));
    String phrase = split.formatted("(?:\\\\p{L}\\\\p{M}*(?: \\\\p{L}\\\\p{M}*)*)+");
    assertEquals(List.of("so many words", "  ", "x"), words(phrase, "so many words  x"));
    assertEquals(1, words(phrase, "word ".repeat(50_000).trim()).size());
    assertEquals(List.of("你好", "ab", "好"), words(split.formatted("\\\\p{Han}+"), "你好ab好"));
  }
}
