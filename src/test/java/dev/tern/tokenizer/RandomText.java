package dev.tern.tokenizer;

import java.util.Random;

/** Texts of characters of all kinds, without lone surrogates. */
public final class RandomText {
  private static final int[] RANGES = {0x20, 0x7f, 0, 0x20, 0xa0, 0x250, 0x300, 0x370, 0x900, 0x980, 0x2000, 0x2070};
  private static final int[] MORE = {0x3000, 0x30ff, 0x4e00, 0x4f00, 0xac00, 0xad00, 0x1f300, 0x1f700, 0, 0x110000};

  private RandomText() {}

  public static String of(Random random, int characters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < characters; i++) {
      int[] ranges = random.nextInt(3) > 0 ? RANGES : MORE;
      int range = random.nextInt(ranges.length / 2);
      int codePoint = random.nextInt(ranges[2 * range], ranges[2 * range + 1]);
      boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
      // Runs of one character are what tokenizers treat in ways of their own.
      text.repeat(surrogate ? 'x' : codePoint, random.nextInt(8) == 0 ? random.nextInt(1, 6) : 1);
    }
    return text.toString();
  }
}
