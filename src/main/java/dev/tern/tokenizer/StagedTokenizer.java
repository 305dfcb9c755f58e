package dev.tern.tokenizer;

import dev.tern.tokenizer.subword.SubwordModel;
import dev.tern.tokenizer.subword.TokenBuffer;
import dev.tern.tokenizer.subword.Vocabulary;
import dev.tern.tokenizer.text.AlignedText;
import dev.tern.tokenizer.text.Segments;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/** The one tokenizer: what differs between models is in its parts. */
final class StagedTokenizer implements Tokenizer {
  private final String kind;
  private final Stages stages;
  private final Spelling spelling;
  private final Roles roles;

  StagedTokenizer(String kind, Stages stages, Spelling spelling, Roles roles) {
    this.kind = kind;
    this.stages = stages;
    this.spelling = spelling;
    this.roles = roles;
  }

  Stages stages() {
    return stages;
  }

  Vocabulary vocabulary() {
    return spelling.vocabulary();
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public int size() {
    return spelling.vocabulary().size();
  }

  @Override
  public int[] encode(String text, Special special) {
    TokenBuffer out = TokenBuffer.ids();
    encode(text, special, out);
    return out.toArray();
  }

  @Override
  public int[] encodePrompt(String text) {
    int[] ids = encode(text, Special.PARSE);
    int[] prefix = roles.prefix();
    boolean begun = prefix.length > 0 && ids.length > 0 && ids[0] == prefix[0];
    int before = begun ? 0 : prefix.length;
    int[] result = new int[before + ids.length + roles.suffix().length];
    System.arraycopy(prefix, 0, result, 0, before);
    System.arraycopy(ids, 0, result, before, ids.length);
    System.arraycopy(roles.suffix(), 0, result, before + ids.length, roles.suffix().length);
    return result;
  }

  @Override
  public List<Piece> pieces(String text, Special special) {
    TokenBuffer out = TokenBuffer.located();
    encode(text, special, out);
    List<Piece> pieces = new ArrayList<>(out.size());
    for (int i = 0; i < out.size(); i++) {
      pieces.add(new Piece(out.id(i), piece(out.id(i)), out.start(i), out.end(i)));
    }
    return pieces;
  }

  private void encode(String text, Special special, TokenBuffer out) {
    String sound = Utf8Word.wellFormed(text);
    stages.added().split(sound, special, new Encoding(sound, special, out));
  }

  /** One text on its way. */
  private final class Encoding implements AddedTokens.Parts {
    private final String text;
    private final Special special;
    private final TokenBuffer out;
    private final SubwordModel.Encoder encoder;
    private final Utf8Word word = new Utf8Word();
    private final Places places;

    Encoding(String text, Special special, TokenBuffer out) {
      this.text = text;
      this.special = special;
      this.out = out;
      this.encoder = stages.model().encoder(out);
      this.places = out.isLocated() ? new Places(text) : null;
    }

    @Override
    public void token(int id, int from, int to) {
      if (places == null) {
        out.addAt(id, 0, 0);
      } else {
        out.addAt(id, places.at(from), places.at(to));
      }
    }

    @Override
    public void text(int from, int to) {
      AlignedText normal = stages.normalizer().apply(AlignedText.of(text, from, to));
      stages
          .addedNormalized()
          .split(
              normal.text(),
              special,
              new AddedTokens.Parts() {
                @Override
                public void text(int from, int to) {
                  words(normal.slice(from, to));
                }

                @Override
                public void token(int id, int from, int to) {
                  Encoding.this.token(id, normal.start(from), normal.end(to - 1));
                }
              });
    }

    private void words(AlignedText normal) {
      Segments segments = stages.words().apply(Segments.of(normal));
      for (int i = 0; i < segments.words().count(); i++) {
        int from = segments.words().start(i);
        int to = segments.words().end(i);
        word.set(segments.text().text(), from, to);
        if (places != null) {
          out.enter(places.of(segments.text(), from, to, word.length()));
        }
        encoder.encode(word.bytes(), word.length());
      }
    }
  }

  @Override
  public byte[] bytes(int id) {
    Objects.checkIndex(id, size());
    return spelling.bytes().get(id);
  }

  @Override
  public String piece(int id) {
    Objects.checkIndex(id, size());
    return spelling.vocabulary().pieces()[id];
  }

  @Override
  public String decode(int... ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(bytes(id));
    }
    byte[] all = bytes.toByteArray();
    int from = spelling.leadingSpace() && all.length > 0 && all[0] == ' ' ? 1 : 0;
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  @Override
  public boolean isControl(int id) {
    Objects.checkIndex(id, size());
    return spelling.vocabulary().kinds()[id].isControl();
  }

  @Override
  public boolean isEndOfGeneration(int id) {
    return Arrays.binarySearch(roles.endOfGeneration(), id) >= 0;
  }

  @Override
  public int[] endOfGeneration() {
    return roles.endOfGeneration().clone();
  }

  @Override
  public OptionalInt bos() {
    return roles.bos();
  }

  @Override
  public OptionalInt eos() {
    return roles.eos();
  }

  @Override
  public OptionalInt find(String piece) {
    int id = Arrays.asList(spelling.vocabulary().pieces()).indexOf(piece);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
