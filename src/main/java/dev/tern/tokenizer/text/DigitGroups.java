package dev.tern.tokenizer.text;

/**
 * Finds groups of three digits counted from the right, as in 1|234|567. Written by hand as the regular expressions for
 * it look ahead over the whole number from every digit, which is quadratic.
 *
 * @param numbers whether all of category N counts as a digit, else only Nd
 * @param wordBoundary whether a number that a letter follows is left alone
 * @param boundaries whether to find, instead of the groups, the places before groups of three
 */
public record DigitGroups(boolean numbers, boolean wordBoundary, boolean boundaries) implements MatchFinder {
  @Override
  public void find(String text, int from, int to, Spans matches) {
    for (int i = from; i < to; ) {
      int end = i;
      int count = 0;
      while (end < to && isDigit(text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
        count++;
      }
      if (count > 0 && !(wordBoundary && end < to && CharacterClass.isWord(text.codePointAt(end)))) {
        group(text, i, end, count, matches);
      }
      i = count > 0 ? end : i + Character.charCount(text.codePointAt(i));
    }
  }

  private void group(String text, int from, int to, int count, Spans matches) {
    int left = count;
    for (int i = from; i < to; ) {
      int size = left % 3 == 0 ? 3 : left % 3;
      int end = text.offsetByCodePoints(i, size);
      if (!boundaries) {
        matches.add(i, end);
      } else if (size == 3) {
        matches.addEvenEmpty(i, i);
      }
      left -= size;
      i = end;
    }
  }

  private boolean isDigit(int codePoint) {
    return numbers ? CharacterClass.isNumber(codePoint) : Character.isDigit(codePoint);
  }
}
