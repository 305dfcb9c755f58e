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
        int token = -1;
        int end = at + 1;
        int node = 0;
        for (int i = at; i < length && node >= 0; i++) {
          node = trie.child(node, utf8[i] & 0xff);
          if (node >= 0 && trie.value(node) >= 0) {
            token = trie.value(node);
            end = i + 1;
          }
        }
        if (token >= 0) {
          out.add(token, at, end);
          unknown = false;
        } else {
          unknown = fallback.append(utf8, at, end, unknown, out);
        }
        at = end;
      }
    };
  }
}
