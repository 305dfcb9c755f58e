package dev.tern.tokenizer;

import dev.tern.tokenizer.subword.TokenKind;
import dev.tern.tokenizer.subword.Vocabulary;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the tokens at which generation ends. Files name one or two of them, models use more; the others are known by
 * their names.
 */
final class EndOfGeneration {
  private static final Set<String> NAMES =
      Set.of(
          "<|eot_id|>",
          "<|eom_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|calls|>",
          "<|flush|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "<|end_of_text|>",
          "<|end_of_turn|>",
          "</s>",
          "<eos>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<end_of_utterance>",
          "<turn|>",
          "<|tool_response>",
          "[e~[",
          "<\uff5cend\u2581of\u2581sentence\uff5c>",
          "<|fim_pad|>",
          "<fim-pad>",
          "<fim_pad>",
          "<|fim_repo|>",
          "<|repo_name|>",
          "<fim-repo>",
          "<REPO>",
          "<reponame>",
          "<|file_sep|>");

  private EndOfGeneration() {}

  /** The ids of all of them, ascending; {@code named} are those that the files name. */
  static int[] find(Vocabulary vocabulary, Set<Integer> named) {
    Set<Integer> ids = new TreeSet<>(named);
    Set<String> found = new TreeSet<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      String piece = vocabulary.pieces()[id];
      if (isName(piece) && isDeliberate(piece, vocabulary.kinds()[id])) {
        ids.add(id);
        found.add(piece);
      }
    }
    // In these formats an <|end|> closes a part of an answer, and </s> is plain text.
    boolean partial =
        found.contains("<|return|>") && found.contains("<|call|>")
            || found.contains("<|calls|>") && found.contains("<|flush|>");
    ids.removeIf(
        id ->
            !named.contains(id)
                && (partial && vocabulary.pieces()[id].equals("<|end|>")
                    || found.contains("<|tool_response>") && vocabulary.pieces()[id].equals("</s>")));
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** All names begin with one of these; looking spares computing a hash of every piece. */
  private static boolean mayBeName(String piece) {
    return !piece.isEmpty() && "<[_".indexOf(piece.charAt(0)) >= 0;
  }

  /** Whether a token of this name, if it was added by hand, ends generation. */
  static boolean isName(String piece) {
    return mayBeName(piece) && NAMES.contains(piece);
  }

  /** Whether a token of such a name was made for the purpose, not learned from texts as {@code </s>} of HTML may be. */
  private static boolean isDeliberate(String piece, TokenKind kind) {
    return kind != TokenKind.NORMAL || piece.startsWith("<|") || piece.startsWith("<\uff5c");
  }
}
