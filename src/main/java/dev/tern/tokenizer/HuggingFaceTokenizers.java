package dev.tern.tokenizer;

import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.subword.Bpe;
import dev.tern.tokenizer.subword.ByteTable;
import dev.tern.tokenizer.subword.Fallback;
import dev.tern.tokenizer.subword.PieceIndex;
import dev.tern.tokenizer.subword.RankedPieces;
import dev.tern.tokenizer.subword.SubwordModel;
import dev.tern.tokenizer.subword.TokenKind;
import dev.tern.tokenizer.subword.Unigram;
import dev.tern.tokenizer.subword.Vocabulary;
import dev.tern.tokenizer.subword.WordPiece;
import dev.tern.tokenizer.text.BertNormalizer;
import dev.tern.tokenizer.text.BertWords;
import dev.tern.tokenizer.text.CharacterMap;
import dev.tern.tokenizer.text.Normalizer;
import dev.tern.tokenizer.text.Normalizers;
import dev.tern.tokenizer.text.PreTokenizer;
import dev.tern.tokenizer.text.SentencePieceNormalizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds tokenizers from the directories in which Hugging Face keeps models. */
final class HuggingFaceTokenizers {
  private static final AddedTokens NONE_ADDED = new AddedTokens(List.of());
  private static final String MARK = "\u2581";
  private static final int LONGEST_WORD = 100;

  private final TokenizerConfig config;

  private HuggingFaceTokenizers(TokenizerConfig config) {
    this.config = config;
  }

  static StagedTokenizer from(Path directory) {
    TokenizerConfig config = new TokenizerConfig(directory);
    Path json = directory.resolve("tokenizer.json");
    if (Files.isRegularFile(json)) {
      return JsonTokenizers.from(TokenizerJson.read(json), config);
    }
    HuggingFaceTokenizers tokenizers = new HuggingFaceTokenizers(config);
    Path model = directory.resolve("tokenizer.model");
    if (Files.isRegularFile(model)) {
      return tokenizers.sentencePiece(SentencePieceFile.read(model));
    }
    Path words = directory.resolve("vocab.txt");
    if (Files.isRegularFile(words)) {
      return tokenizers.wordPiece(words);
    }
    throw new CheckpointException(
        "%s: expected a tokenizer.json, tokenizer.model or vocab.txt, found none of them".formatted(directory));
  }

  private StagedTokenizer sentencePiece(SentencePieceFile file) {
    VocabularyBuilder builder = file.vocabulary();
    config.addTokens(builder);
    Vocabulary vocabulary = builder.build(config.vocabularySize());
    Fallback fallback = new Fallback(vocabulary.byteTokens(), file.unknown(), true);
    SubwordModel model =
        switch (file.type()) {
          case UNIGRAM -> new Unigram(vocabulary, ByteTable.utf8(vocabulary.pieces()), fallback);
          case BPE -> {
            PieceIndex index = PieceIndex.of(ByteTable.utf8(vocabulary.pieces()), vocabulary.kinds());
            RankedPieces pairs = RankedPieces.byScore(index, vocabulary.scores());
            yield new Bpe(index, pairs, fallback, new Bpe.Options(false, Bpe.WholeWords.NEVER));
          }
        };
    boolean prefix = config.tokenizer().flag("add_prefix_space", hasPrefix(file));
    Stages stages =
        new Stages(new AddedTokens(builder.added()), normalizer(file, prefix), NONE_ADDED, PreTokenizer.NONE, model);
    Spelling spelling = new Spelling(vocabulary, Spellings.marked(vocabulary), prefix);
    return new StagedTokenizer(
        file.type() == SentencePieceFile.Type.BPE ? "llama" : "t5",
        stages,
        spelling,
        config.roles(builder, vocabulary, PromptTemplate.NONE));
  }

  private boolean hasPrefix(SentencePieceFile file) {
    return switch (config.tokenizerClass()) {
      case "GemmaTokenizer" -> false;
      case "LlamaTokenizer", "CodeLlamaTokenizer" -> true;
      default -> file.dummyPrefix();
    };
  }

  /** These classes only mark spaces; others normalize as the file says. */
  private Normalizer normalizer(SentencePieceFile file, boolean prefix) {
    if (!config.tokenizerClass().matches("(Code)?LlamaTokenizer|GemmaTokenizer")) {
      CharacterMap map = CharacterMap.of(file.source(), file.characterMap());
      return new SentencePieceNormalizer(map, prefix, file.removeExtraSpaces(), MARK);
    }
    Normalizer marks = Normalizers.replace(" ", MARK);
    Normalizer prepend = Normalizers.prepend(MARK);
    if (!prefix) {
      return marks;
    }
    // What is not "legacy" leaves what follows a special token alone.
    boolean everywhere = config.tokenizer().flag("legacy", true);
    return marks.then(text -> everywhere || text.isBeginning() ? prepend.apply(text) : text);
  }

  private StagedTokenizer wordPiece(Path file) {
    VocabularyBuilder builder = new VocabularyBuilder(file.toString());
    // Of a word that is listed twice the last place counts.
    Map<String, Integer> words = new LinkedHashMap<>();
    int id = 0;
    for (String word : new String(BoundedFile.read(file), StandardCharsets.UTF_8).lines().toList()) {
      words.put(word, id++);
    }
    words.forEach((word, place) -> builder.add(word, place, 0, TokenKind.NORMAL));
    config.addTokens(builder);
    int unknown = role(builder, "unk_token", "[UNK]");
    int first = role(builder, "cls_token", "[CLS]");
    int last = role(builder, "sep_token", "[SEP]");
    Vocabulary vocabulary = builder.build(config.vocabularySize());
    JsonPart settings = config.tokenizer();
    boolean lowercase = settings.flag("do_lower_case", true);
    Normalizer normalizer =
        new BertNormalizer(
            true, settings.flag("tokenize_chinese_chars", true), settings.flag("strip_accents", lowercase), lowercase);
    SubwordModel model = new WordPiece(vocabulary, WordPiece.Marking.CONTINUATION, unknown, LONGEST_WORD);
    Stages stages = new Stages(new AddedTokens(builder.added()), normalizer, NONE_ADDED, BertWords.INSTANCE, model);
    ByteTable bytes = Spellings.wordPiece(vocabulary, WordPiece.Marking.CONTINUATION, true);
    PromptTemplate template = new PromptTemplate(new int[] {first}, new int[] {last});
    return new StagedTokenizer(
        "bert", stages, new Spelling(vocabulary, bytes, true), config.roles(builder, vocabulary, template));
  }

  private int role(VocabularyBuilder builder, String role, String usual) {
    String named = config.name(role);
    String name = named.isEmpty() ? usual : named;
    int id =
        builder
            .find(name)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s: vocab.txt: expected the token '%s', found none".formatted(config.directory(), name)));
    builder.add(AddedToken.of(id, name, true));
    return id;
  }
}
