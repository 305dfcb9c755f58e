package dev.tern.tokenizer;

import dev.tern.tokenizer.AddedToken.Trait;
import dev.tern.tokenizer.subword.Trie;
import dev.tern.tokenizer.text.CharacterClass;
import java.util.List;

/** Finds added tokens in a text: the leftmost first, of those the longest. */
final class AddedTokens {
  private final List<AddedToken> tokens;
  private final Trie all = new Trie();
  private final Trie plain = new Trie();

  AddedTokens(List<AddedToken> tokens) {
    this.tokens = List.copyOf(tokens);
    for (int i = 0; i < this.tokens.size(); i++) {
      AddedToken token = this.tokens.get(i);
      if (!token.text().isEmpty()) {
        all.put(token.text(), i);
        if (!token.is(Trait.SPECIAL)) {
          plain.put(token.text(), i);
        }
      }
    }
  }

  /** Receives the parts of a text in order. */
  interface Parts {
    void text(int from, int to);

    void token(int id, int from, int to);
  }

  void split(String text, Special special, Parts parts) {
    Trie trie = special == Special.PARSE ? all : plain;
    int done = 0;
    for (int at = 0; at < text.length() && !tokens.isEmpty(); ) {
      AddedToken token = longest(trie, text, at);
      if (token == null) {
        at++;
        continue;
      }
      int start = at;
      int end = at + token.text().length();
      while (token.is(Trait.LEFT_STRIP) && start > done && CharacterClass.isWhitespace(text.charAt(start - 1))) {
        start--;
      }
      while (token.is(Trait.RIGHT_STRIP) && end < text.length() && CharacterClass.isWhitespace(text.charAt(end))) {
        end++;
      }
      if (start > done) {
        parts.text(done, start);
      }
      parts.token(token.id(), start, end);
      done = end;
      at = end;
    }
    if (done < text.length()) {
      parts.text(done, text.length());
    }
  }

  private AddedToken longest(Trie trie, String text, int at) {
    AddedToken found = null;
    int node = 0;
    for (int i = at; i < text.length(); i++) {
      node = trie.child(node, text.charAt(i));
      if (node < 0) {
        break;
      }
      int index = trie.value(node);
      if (index >= 0 && isFree(tokens.get(index), text, at, i + 1)) {
        found = tokens.get(index);
      }
    }
    return found;
  }

  private static boolean isFree(AddedToken token, String text, int from, int to) {
    return !token.is(Trait.SINGLE_WORD)
        || !(from > 0 && CharacterClass.isWord(text.codePointBefore(from)))
            && !(to < text.length() && CharacterClass.isWord(text.codePointAt(to)));
  }
}
