package dev.tern.tokenizer;

import dev.tern.tokenizer.AddedToken.Trait;
import dev.tern.tokenizer.subword.Bpe;
import dev.tern.tokenizer.subword.ByteTable;
import dev.tern.tokenizer.subword.Fallback;
import dev.tern.tokenizer.subword.MergeReader;
import dev.tern.tokenizer.subword.PieceIndex;
import dev.tern.tokenizer.subword.SubwordModel;
import dev.tern.tokenizer.subword.TokenKind;
import dev.tern.tokenizer.subword.Unigram;
import dev.tern.tokenizer.subword.Vocabulary;
import dev.tern.tokenizer.subword.WordPiece;
import dev.tern.tokenizer.text.AlignedText;
import dev.tern.tokenizer.text.Normalizer;
import java.util.List;

/** Builds tokenizers from {@code tokenizer.json}, the format of Hugging Face's library "tokenizers". */
final class JsonTokenizers {
  private final TokenizerJson json;
  private final TokenizerConfig config;
  private final String type;
  private final Vocabulary vocabulary;
  private final VocabularyBuilder builder;

  private JsonTokenizers(TokenizerJson json, TokenizerConfig config) {
    this.json = json;
    this.config = config;
    this.type = type(json);
    this.builder = builder();
    this.vocabulary = builder.build(config.vocabularySize());
  }

  static StagedTokenizer from(TokenizerJson json, TokenizerConfig config) {
    return new JsonTokenizers(json, config).build();
  }

  /** Old files leave the type of the model out. */
  private static String type(TokenizerJson json) {
    String byContent = json.merges().isEmpty() ? "WordPiece" : "BPE";
    String inferred = json.model().get("unk_id").isAbsent() ? byContent : "Unigram";
    return json.model().text("type", inferred);
  }

  private VocabularyBuilder builder() {
    VocabularyBuilder tokens = new VocabularyBuilder(json.source());
    JsonPart model = json.model();
    boolean bytes = model.flag("byte_fallback", false);
    String unknown = model.text("unk_token", "");
    int unknownId = model.integer("unk_id", -1);
    for (int i = 0; i < json.pieces().size(); i++) {
      String piece = json.pieces().get(i);
      boolean isUnknown = json.id(i) == unknownId || piece.equals(unknown);
      TokenKind kind = isUnknown ? TokenKind.UNKNOWN : TokenKind.NORMAL;
      tokens.add(piece, json.id(i), json.score(i), bytes && isByte(piece) ? TokenKind.BYTE : kind);
    }
    for (JsonPart token : json.part("added_tokens").elements()) {
      tokens.add(TokenizerConfig.addedToken(token, token.get("id").integer()));
    }
    config.addTokens(tokens);
    return tokens;
  }

  private static boolean isByte(String piece) {
    return piece.length() == 6 && piece.startsWith("<0x") && piece.endsWith(">");
  }

  private StagedTokenizer build() {
    Normalizer normalizer = JsonNormalizers.read(json.part("normalizer"));
    boolean pairs = type.equals("BPE");
    JsonPreTokenizers.Plan plan = JsonPreTokenizers.read(json.part("pre_tokenizer"), pairs);
    Spelling spelling = JsonDecoders.read(json.part("decoder"), vocabulary, plan.bytes());
    Stages stages =
        new Stages(added(false, normalizer), normalizer, added(true, normalizer), plan.words(), model(plan, spelling));
    PromptTemplate template = PromptTemplate.read(json.part("post_processor"));
    return new StagedTokenizer(kind(plan.bytes()), stages, spelling, config.roles(builder, vocabulary, template));
  }

  /** The type as GGUF calls it. */
  private String kind(boolean bytes) {
    return switch (type) {
      case "BPE" -> bytes ? "gpt2" : "llama";
      case "Unigram" -> "t5";
      case "WordPiece" -> "bert";
      default -> throw json.model().unsupported("a model of type " + type);
    };
  }

  private AddedTokens added(boolean normalized, Normalizer normalizer) {
    return new AddedTokens(
        builder.added().stream()
            .filter(token -> token.is(Trait.NORMALIZED) == normalized)
            .map(token -> normalized ? normalize(token, normalizer) : token)
            .toList());
  }

  private static AddedToken normalize(AddedToken token, Normalizer normalizer) {
    String text = normalizer.apply(AlignedText.of(token.text(), 0, token.text().length())).text();
    return new AddedToken(token.id(), text, token.traits());
  }

  private SubwordModel model(JsonPreTokenizers.Plan plan, Spelling spelling) {
    return switch (type) {
      case "BPE" -> bytePairs(plan.bytes(), spelling);
      case "Unigram" -> new Unigram(vocabulary, ByteTable.utf8(vocabulary.pieces()), fallback(true));
      case "WordPiece" -> wordPiece();
      default -> throw json.model().unsupported("a model of type " + type);
    };
  }

  private Bpe bytePairs(boolean bytes, Spelling spelling) {
    JsonPart model = json.model();
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.text(affix, "").isEmpty()) {
        throw model.unsupported("a " + affix);
      }
    }
    ByteTable table = bytes ? spelling.bytes() : ByteTable.utf8(vocabulary.pieces());
    PieceIndex index = PieceIndex.of(table, vocabulary.kinds());
    List<String> names = json.merges();
    MergeReader reader = new MergeReader(json.source(), index, vocabulary, bytes, names.size() / 2);
    for (int i = 0; i < names.size(); i += 2) {
      reader.add(names.get(i), names.get(i + 1));
    }
    Bpe.WholeWords whole = model.flag("ignore_merges", false) ? Bpe.WholeWords.ALWAYS : Bpe.WholeWords.NEVER;
    Fallback fallback = fallback(model.flag("fuse_unk", false));
    return new Bpe(index, reader.table(), fallback, new Bpe.Options(bytes, whole));
  }

  private Fallback fallback(boolean fuse) {
    return new Fallback(vocabulary.byteTokens(), unknown(), fuse);
  }

  private int unknown() {
    JsonPart model = json.model();
    String name = model.text("unk_token", "");
    return model.integer("unk_id", name.isEmpty() ? -1 : builder.find(name).orElse(-1));
  }

  private WordPiece wordPiece() {
    JsonPart model = json.model();
    if (!model.text("continuing_subword_prefix", "##").equals("##")) {
      throw model.unsupported("the continuing_subword_prefix " + model.text("continuing_subword_prefix"));
    }
    if (unknown() < 0) {
      throw model.get("unk_token").wrong("a token of the vocabulary");
    }
    int longest = model.integer("max_input_chars_per_word", 100);
    return new WordPiece(vocabulary, WordPiece.Marking.CONTINUATION, unknown(), longest);
  }
}
