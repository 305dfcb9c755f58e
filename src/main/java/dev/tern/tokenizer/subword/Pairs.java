package dev.tern.tokenizer.subword;

/** Which neighbouring symbols byte pair encoding joins, and in what order. */
interface Pairs {
  int TOKEN_BITS = 31;
  long TOKEN_MASK = (1L << TOKEN_BITS) - 1;
  long NONE = -1;

  /**
   * The joint of two neighbours that cover {@code text[start, end)}.
   *
   * @return priority in the high bits (lower goes first) and the joint token in the low {@value #TOKEN_BITS}, or {@link
   *     #NONE}
   */
  long find(int left, int right, byte[] text, int start, int end);

  static long pack(long priority, int token) {
    return priority << TOKEN_BITS | token;
  }
}
