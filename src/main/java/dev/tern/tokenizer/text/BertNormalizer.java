package dev.tern.tokenizer.text;

import java.text.Normalizer.Form;

/**
 * What BERT does to a text before it is cut.
 *
 * @param cleanText drop control characters, make all white space a space
 * @param chineseCharacters put spaces around Chinese characters
 * @param stripAccents decompose letters and drop their marks
 * @param lowercase make all letters small
 */
public record BertNormalizer(boolean cleanText, boolean chineseCharacters, boolean stripAccents, boolean lowercase)
    implements Normalizer {
  private static final Normalizer ACCENTS = Normalizers.form(Form.NFD).then(Normalizers.stripMarks());
  private static final Normalizer LOWERCASE = Normalizers.lowercase();

  @Override
  public AlignedText apply(AlignedText text) {
    AlignedText result = clean(text);
    result = stripAccents ? ACCENTS.apply(result) : result;
    return lowercase ? LOWERCASE.apply(result) : result;
  }

  private AlignedText clean(AlignedText text) {
    AlignedText.Editor editor = text.edit();
    Normalizers.eachCodePoint(
        text.text(),
        (from, to, c) -> {
          if (cleanText && isDropped(c)) {
            return;
          }
          if (cleanText && CharacterClass.isWhitespace(c)) {
            editor.replace(from, to, " ");
          } else if (chineseCharacters && CharacterClass.isChinese(c)) {
            editor.replace(from, from, " ").keep(from, to).replace(to, to, " ");
          } else {
            editor.keep(from, to);
          }
        });
    return editor.done();
  }

  private static boolean isDropped(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\t' && c != '\n' && c != '\r';
      case Character.FORMAT, Character.UNASSIGNED, Character.PRIVATE_USE -> true;
      default -> c == 0xfffd;
    };
  }
}
