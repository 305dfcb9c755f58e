package dev.tern.tokenizer;

import dev.tern.checkpoint.Metadata;
import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.PreTokenizers.Preset;
import dev.tern.tokenizer.PreTokenizers.Trait;
import dev.tern.tokenizer.subword.Bpe;
import dev.tern.tokenizer.subword.ByteTable;
import dev.tern.tokenizer.subword.Fallback;
import dev.tern.tokenizer.subword.LongestMatch;
import dev.tern.tokenizer.subword.MergeReader;
import dev.tern.tokenizer.subword.MergeTable;
import dev.tern.tokenizer.subword.PieceIndex;
import dev.tern.tokenizer.subword.RankedPieces;
import dev.tern.tokenizer.subword.SubwordModel;
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
import java.text.Normalizer.Form;
import java.util.List;
import java.util.OptionalInt;

/** Builds tokenizers from the metadata of GGUF files. */
final class GgufTokenizers {
  private static final AddedTokens NONE_ADDED = new AddedTokens(List.of());
  private static final String MARK = "\u2581";
  private static final int LONGEST_BERT_WORD = 100;

  private final Metadata metadata;
  private final GgufVocabulary tokens;
  private final Vocabulary vocabulary;

  private GgufTokenizers(Metadata metadata) {
    this.metadata = metadata;
    this.tokens = new GgufVocabulary(metadata);
    this.vocabulary = tokens.vocabulary();
  }

  static Tokenizer from(Metadata metadata) {
    String kind = metadata.text(GgufVocabulary.PREFIX + "model");
    return switch (kind) {
      case "gpt2", "gemma4", "whitespace" -> new GgufTokenizers(metadata).bytePairs(kind);
      case "llama" -> new GgufTokenizers(metadata).sentencePiece();
      case "t5" -> new GgufTokenizers(metadata).unigram();
      case "bert" -> new GgufTokenizers(metadata).wordPiece();
      case "rwkv" -> new GgufTokenizers(metadata).longestMatch();
      default ->
          throw new CheckpointException(
              "%s: key '%smodel': expected gpt2, llama, t5, bert, rwkv, gemma4 or whitespace, found '%s'"
                  .formatted(metadata.source(), GgufVocabulary.PREFIX, kind));
    };
  }

  private Tokenizer bytePairs(String kind) {
    String name = kind.equals("gpt2") ? metadata.text(GgufVocabulary.PREFIX + "pre", "default") : kind;
    Preset preset =
        PreTokenizers.find(name)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s: key '%spre': expected a known pre-tokenizer, found '%s'"
                            .formatted(metadata.source(), GgufVocabulary.PREFIX, name)));
    boolean byteLevel = !preset.is(Trait.CHARACTERS);
    ByteTable bytes = byteLevel ? Spellings.byteLevel(vocabulary) : Spellings.marked(vocabulary);
    // Byte-level names are found by the bytes they stand for, others by their own writing.
    PieceIndex index = PieceIndex.of(byteLevel ? bytes : ByteTable.utf8(vocabulary.pieces()), vocabulary.kinds());
    Fallback fallback = byteLevel ? Fallback.NONE : new Fallback(vocabulary.byteTokens(), unknown(-1), true);
    Bpe.Options options = new Bpe.Options(byteLevel, preset.wholeWords());
    Bpe model =
        metadata.has(GgufVocabulary.PREFIX + "merges") || !name.equals("kimi-k2")
            ? new Bpe(index, merges(index, byteLevel), fallback, options)
            : new Bpe(index, RankedPieces.byId(index, vocabulary.size()), fallback, options);
    Stages stages = stages(normalizer(preset), preset.words(), model);
    OptionalInt bos = tokens.role("bos_token_id");
    boolean addBos = preset.is(Trait.BEGINNING) && bos.isPresent();
    return build(kind, stages, bytes, tokens.roles(bos, tokens.role("eos_token_id"), addBos, false));
  }

  private Normalizer normalizer(Preset preset) {
    Normalizer composed = preset.is(Trait.COMPOSE) ? Normalizers.form(Form.NFC) : Normalizer.NONE;
    Normalizer lower = tokens.flag("normalizer.lowercase", false) ? composed.then(Normalizers.lowercase()) : composed;
    return preset.is(Trait.SPACE_MARKS) ? lower.then(Normalizers.replace(" ", MARK)) : lower;
  }

  private MergeTable merges(PieceIndex index, boolean byteLevel) {
    List<String> merges = metadata.texts(GgufVocabulary.PREFIX + "merges");
    MergeReader reader = new MergeReader(metadata.source(), index, vocabulary, byteLevel, merges.size());
    merges.forEach(reader::add);
    return reader.table();
  }

  private int unknown(int fallback) {
    return tokens.role("unknown_token_id", fallback < 0 ? Integer.MAX_VALUE : fallback).orElse(-1);
  }

  private Tokenizer sentencePiece() {
    PieceIndex index = PieceIndex.of(ByteTable.utf8(vocabulary.pieces()), vocabulary.kinds());
    Fallback fallback = new Fallback(vocabulary.byteTokens(), unknown(0), true);
    Bpe model =
        new Bpe(
            index,
            RankedPieces.byScore(index, vocabulary.scores()),
            fallback,
            new Bpe.Options(false, Bpe.WholeWords.NEVER));
    boolean prefix = tokens.flag("add_space_prefix", true);
    Normalizer marks = Normalizers.replace(" ", MARK);
    Normalizer normalizer = prefix ? marks.then(Normalizers.prepend(MARK)) : marks;
    Roles roles = tokens.roles(tokens.role("bos_token_id", 1), tokens.role("eos_token_id", 2), true, false);
    ByteTable bytes = Spellings.marked(vocabulary);
    return build("llama", stages(normalizer, PreTokenizer.NONE, model), bytes, roles, prefix);
  }

  private Tokenizer unigram() {
    boolean prefix = tokens.flag("add_space_prefix", true);
    CharacterMap map = CharacterMap.NONE;
    if (metadata.has(GgufVocabulary.PREFIX + "precompiled_charsmap")) {
      map =
          CharacterMap.of(
              metadata.source(), charsmap(metadata.integers(GgufVocabulary.PREFIX + "precompiled_charsmap")));
    }
    Normalizer normalizer =
        new SentencePieceNormalizer(map, prefix, tokens.flag("remove_extra_whitespaces", false), MARK);
    Fallback fallback = new Fallback(vocabulary.byteTokens(), unknown(2), true);
    Unigram model = new Unigram(vocabulary, ByteTable.utf8(vocabulary.pieces()), fallback);
    Roles roles = tokens.roles(tokens.role("bos_token_id"), tokens.role("eos_token_id", 1), false, true);
    ByteTable bytes = Spellings.marked(vocabulary);
    return build("t5", stages(normalizer, PreTokenizer.NONE, model), bytes, roles, prefix);
  }

  private static byte[] charsmap(long[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private Tokenizer wordPiece() {
    boolean lowercase = tokens.flag("normalizer.lowercase", true);
    boolean stripAccents = tokens.flag("normalizer.strip_accents", lowercase);
    Normalizer normalizer = new BertNormalizer(true, true, stripAccents, lowercase);
    SubwordModel model = new WordPiece(vocabulary, WordPiece.Marking.BEGINNING, unknown(100), LONGEST_BERT_WORD);
    int first = tokens.role("bos_token_id").orElseGet(() -> required("cls_token_id", 101));
    int last = required("seperator_token_id", 102);
    ByteTable bytes = Spellings.wordPiece(vocabulary, WordPiece.Marking.BEGINNING, true);
    return build("bert", stages(normalizer, BertWords.INSTANCE, model), bytes, tokens.roles(first, last), true);
  }

  private int required(String key, int fallback) {
    return tokens
        .role(key, fallback)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s: expected key '%s%s', found none".formatted(metadata.source(), GgufVocabulary.PREFIX, key)));
  }

  private Tokenizer longestMatch() {
    ByteTable bytes = Spellings.escaped(metadata.source(), vocabulary);
    Fallback fallback = Fallback.of(unknown(-1));
    LongestMatch model = new LongestMatch(bytes, vocabulary.kinds(), fallback);
    Roles roles = tokens.roles(tokens.role("bos_token_id"), tokens.role("eos_token_id"), false, false);
    return build("rwkv", stages(Normalizer.NONE, PreTokenizer.NONE, model), bytes, roles);
  }

  private Stages stages(Normalizer normalizer, PreTokenizer words, SubwordModel model) {
    return new Stages(tokens.added(), normalizer, NONE_ADDED, words, model);
  }

  private Tokenizer build(String kind, Stages stages, ByteTable bytes, Roles roles) {
    return build(kind, stages, bytes, roles, false);
  }

  private Tokenizer build(String kind, Stages stages, ByteTable bytes, Roles roles, boolean leadingSpace) {
    return new StagedTokenizer(kind, stages, new Spelling(vocabulary, bytes, leadingSpace), roles);
  }
}
