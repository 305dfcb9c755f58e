package dev.tern.tokenizer;

import dev.tern.error.CheckpointException;
import dev.tern.tokenizer.subword.TokenKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A SentencePiece model ({@code tokenizer.model}): a protocol buffer with pieces (field 1), how it was trained (2) and
 * how texts are normalized (3), as sentencepiece_model.proto says.
 */
final class SentencePieceFile {
  /** How pieces are found in a text. */
  enum Type {
    UNIGRAM,
    BPE
  }

  private final String source;
  private final VocabularyBuilder vocabulary;
  private int count;
  private Type type = Type.UNIGRAM;
  private int unknown = -1;
  private byte[] characterMap = new byte[0];
  private boolean dummyPrefix = true;
  private boolean removeExtraSpaces = true;

  private SentencePieceFile(String source) {
    this.source = source;
    this.vocabulary = new VocabularyBuilder(source);
  }

  static SentencePieceFile read(Path file) {
    SentencePieceFile model = new SentencePieceFile(file.toString());
    ProtocolBuffer.of(file.toString(), BoundedFile.read(file)).read(model::readModel);
    return model;
  }

  private void readModel(int field, ProtocolBuffer.Value value) {
    switch (field) {
      case 1 -> readPiece(value.message());
      case 2 -> value.message().read(this::readTraining);
      case 3 -> value.message().read(this::readNormalizer);
      default -> {
        // Self tests and extensions do not bear on texts.
      }
    }
  }

  private void readPiece(ProtocolBuffer message) {
    Piece piece = new Piece();
    message.read(
        (field, value) -> {
          switch (field) {
            case 1 -> piece.text = new String(value.bytes(), StandardCharsets.UTF_8);
            case 2 -> piece.score = value.real();
            case 3 -> piece.kind = TokenKind.of(value.number());
            default -> {
              // Nothing else is defined.
            }
          }
        });
    if (piece.kind == TokenKind.UNKNOWN) {
      unknown = count;
    }
    if (piece.kind == TokenKind.USER_DEFINED || piece.kind.isControl()) {
      vocabulary.add(AddedToken.of(count, piece.text, piece.kind.isControl()));
    }
    vocabulary.add(piece.text, count++, piece.score, piece.kind);
  }

  /** One piece while it is read; what is absent has its default. */
  private static final class Piece {
    private String text = "";
    private float score;
    private TokenKind kind = TokenKind.NORMAL;
  }

  private void readTraining(int field, ProtocolBuffer.Value value) {
    if (field == 3) {
      type =
          switch ((int) value.number()) {
            case 1 -> Type.UNIGRAM;
            case 2 -> Type.BPE;
            default -> throw unsupported("model type " + value.number());
          };
    } else if (field == 24 && value.number() != 0) {
      throw unsupported("treat_whitespace_as_suffix");
    }
  }

  private void readNormalizer(int field, ProtocolBuffer.Value value) {
    switch (field) {
      case 2 -> characterMap = value.bytes();
      case 3 -> dummyPrefix = value.number() != 0;
      case 4 -> removeExtraSpaces = value.number() != 0;
      case 5 -> {
        if (value.number() == 0) {
          throw unsupported("escape_whitespaces off");
        }
      }
      default -> {
        // The name, and a rule file that only training reads.
      }
    }
  }

  private CheckpointException unsupported(String what) {
    return new CheckpointException("%s: %s is not supported".formatted(source, what));
  }

  String source() {
    return source;
  }

  VocabularyBuilder vocabulary() {
    return vocabulary;
  }

  Type type() {
    return type;
  }

  /** The token for what is not known, or -1. */
  int unknown() {
    return unknown;
  }

  byte[] characterMap() {
    return characterMap;
  }

  boolean dummyPrefix() {
    return dummyPrefix;
  }

  boolean removeExtraSpaces() {
    return removeExtraSpaces;
  }
}
