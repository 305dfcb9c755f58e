package dev.tern.tokenizer.subword;

import dev.tern.error.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Fills a {@link MergeTable} from the names of the tokens that merges join. */
public final class MergeReader {
  private final String source;
  private final PieceIndex index;
  private final Vocabulary vocabulary;
  private final boolean byteLevel;
  private Set<String> control;
  private final MergeTable table;
  private byte[] joint = new byte[256];

  /**
   * A reader for at most {@code merges} merges.
   *
   * @param source names the file in error messages
   * @param index finds the tokens by their bytes
   * @param vocabulary whose tokens are merged; merges into control tokens are left out, as no text may make one
   * @param byteLevel whether names are written as {@link ByteLevel} says, else in UTF-8
   */
  public MergeReader(String source, PieceIndex index, Vocabulary vocabulary, boolean byteLevel, int merges) {
    this.source = source;
    this.index = index;
    this.vocabulary = vocabulary;
    this.byteLevel = byteLevel;
    this.table = new MergeTable(merges);
  }

  /** Adds a merge written as two names with a space between them. */
  public void add(String merge) {
    int space = merge.indexOf(' ', 1);
    if (space < 0) {
      throw new CheckpointException("%s: expected a merge of two tokens, found '%s'".formatted(source, merge));
    }
    add(merge, space, space + 1);
  }

  /** Adds a merge of two names. */
  public void add(String left, String right) {
    add(left + right, left.length(), left.length());
  }

  private void add(String merge, int leftEnd, int rightStart) {
    if (joint.length < 3 * merge.length()) {
      joint = new byte[6 * merge.length()];
    }
    int middle = append(merge, 0, leftEnd, 0);
    int end = middle < 0 ? -1 : append(merge, rightStart, merge.length(), middle);
    int left = end < 0 ? -1 : index.find(joint, 0, middle);
    int right = end < 0 ? -1 : index.find(joint, middle, end);
    int both = end < 0 ? -1 : index.find(joint, 0, end);
    if ((left | right | both) >= 0) {
      table.add(left, right, both);
    } else {
      checkKnown(merge.substring(0, leftEnd), merge.substring(rightStart));
    }
  }

  private void checkKnown(String left, String right) {
    if (control == null) {
      control = new HashSet<>();
      for (int id = 0; id < vocabulary.size(); id++) {
        if (!vocabulary.kinds()[id].isText()) {
          control.add(vocabulary.pieces()[id]);
        }
      }
    }
    if (!control.contains(left) && !control.contains(right) && !control.contains(left + right)) {
      throw new CheckpointException(
          "%s: expected merges of tokens into tokens, found '%s' and '%s'".formatted(source, left, right));
    }
  }

  private int append(String merge, int from, int to, int at) {
    if (byteLevel) {
      return ByteLevel.decode(merge, from, to, joint, at);
    }
    byte[] utf8 = merge.substring(from, to).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(utf8, 0, joint, at, utf8.length);
    return at + utf8.length;
  }

  public MergeTable table() {
    return table;
  }
}
