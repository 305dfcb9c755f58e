package dev.tern.tokenizer.subword;

import dev.tern.error.CheckpointException;
import java.nio.charset.StandardCharsets;

/** Fills a {@link MergeTable} from the names of the tokens that merges join. */
public final class MergeReader {
  private final String source;
  private final PieceIndex index;
  private final boolean byteLevel;
  private final MergeTable table;
  private byte[] joint = new byte[256];

  /**
   * A reader for at most {@code merges} merges.
   *
   * @param source names the file in error messages
   * @param index finds the tokens by their bytes
   * @param byteLevel whether names are written as {@link ByteLevel} says, else in UTF-8
   */
  public MergeReader(String source, PieceIndex index, boolean byteLevel, int merges) {
    this.source = source;
    this.index = index;
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
    if (end < 0) {
      throw unknown(merge);
    }
    int left = index.find(joint, 0, middle);
    int right = index.find(joint, middle, end);
    int both = index.find(joint, 0, end);
    if ((left | right | both) < 0) {
      throw unknown(merge);
    }
    table.add(left, right, both);
  }

  private int append(String merge, int from, int to, int at) {
    if (byteLevel) {
      return ByteLevel.decode(merge, from, to, joint, at);
    }
    byte[] utf8 = merge.substring(from, to).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(utf8, 0, joint, at, utf8.length);
    return at + utf8.length;
  }

  private CheckpointException unknown(String merge) {
    return new CheckpointException(
        "%s: expected merges of tokens into tokens, found '%s', which has a part that is none"
            .formatted(source, merge));
  }

  public MergeTable table() {
    return table;
  }
}
