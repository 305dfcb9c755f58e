package dev.tern.tokenizer.subword;

/** Takes the longest token at every place, as RWKV's "World" vocabulary wants; its tokens are bytes. */
public final class LongestMatch implements SubwordModel {
  private final Trie trie = new Trie();
  private final Fallback fallback;

  /** {@code table} holds the bytes of the tokens. */
  public LongestMatch(ByteTable table, TokenKind[] kinds, Fallback fallback) {
    this.fallback = fallback;
    for (int id = 0; id < table.size(); id++) {
      if (kinds[id].isText() && table.length(id) > 0) {
        trie.put(table.pool(), table.start(id), table.end(id), id);
      }
    }
  }

  @Override
  public Encoder encoder(TokenBuffer out) {
    return (utf8, length) -> {
      boolean unknown = false;
      for (int at = 0; at < length; ) {
        long match = trie.longest(utf8, at, length);
        int end = match < 0 ? at + 1 : (int) match;
        if (match < 0) {
          unknown = fallback.append(utf8, at, end, unknown, out);
        } else {
          out.add((int) (match >>> 32), at, end);
          unknown = false;
        }
        at = end;
      }
    };
  }
}
