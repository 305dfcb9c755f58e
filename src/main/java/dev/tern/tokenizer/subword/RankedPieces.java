package dev.tern.tokenizer.subword;

/** Joins whatever is a piece together: SentencePiece by score, tiktoken by the place in the vocabulary. */
public final class RankedPieces implements Pairs {
  private final PieceIndex index;
  private final long[] joints;

  private RankedPieces(PieceIndex index, long[] joints) {
    this.index = index;
    this.joints = joints;
  }

  /** The higher the score of the joint piece, the earlier it is made. */
  public static RankedPieces byScore(PieceIndex index, float[] scores) {
    long[] joints = new long[scores.length];
    for (int id = 0; id < scores.length; id++) {
      // Adding 0 makes the two zeros equal; then the order of floats becomes that of integers, the highest first.
      int bits = Float.floatToIntBits(scores[id] + 0f);
      int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
      joints[id] = Pairs.pack(Integer.MAX_VALUE - (long) ordered, id);
    }
    return new RankedPieces(index, joints);
  }

  /** The lower the id of the joint piece, the earlier it is made. */
  public static RankedPieces byId(PieceIndex index, int size) {
    long[] joints = new long[size];
    for (int id = 0; id < size; id++) {
      joints[id] = Pairs.pack(id, id);
    }
    return new RankedPieces(index, joints);
  }

  @Override
  public long find(int left, int right, byte[] text, int start, int end) {
    int id = index.find(text, start, end);
    return id < 0 ? NONE : joints[id];
  }
}
