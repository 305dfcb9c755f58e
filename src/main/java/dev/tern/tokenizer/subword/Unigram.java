package dev.tern.tokenizer.subword;

import java.util.Arrays;

/**
 * The segmentation of the highest probability under a unigram model (Kudo 2018, arXiv:1804.10959), found with Viterbi's
 * algorithm.
 */
public final class Unigram implements SubwordModel {
  /** How much less likely than the least likely token an unknown character is. */
  private static final double UNKNOWN_PENALTY = 10;

  private final Trie trie = new Trie();
  private final double[] scores;
  private final double unknownScore;
  private final Fallback fallback;

  /** {@code pieces} are the names of the vocabulary in UTF-8. */
  public Unigram(Vocabulary vocabulary, ByteTable pieces, Fallback fallback) {
    this.fallback = fallback;
    scores = new double[vocabulary.size()];
    double least = Double.MAX_VALUE;
    for (int id = 0; id < scores.length; id++) {
      TokenKind kind = vocabulary.kinds()[id];
      // What was added by hand is to be preferred to anything found, whose scores are logarithms and thus negative.
      scores[id] = kind == TokenKind.USER_DEFINED ? 0 : vocabulary.scores()[id];
      if (kind == TokenKind.NORMAL) {
        least = Math.min(least, scores[id]);
      }
      if (kind.isText() && pieces.length(id) > 0) {
        trie.put(pieces.pool(), pieces.start(id), pieces.end(id), id);
      }
    }
    unknownScore = (least == Double.MAX_VALUE ? 0 : least) - UNKNOWN_PENALTY;
  }

  @Override
  public Encoder encoder(TokenBuffer out) {
    return new Lattice(out);
  }

  /** The best way to every place of a word. */
  private final class Lattice implements Encoder {
    private static final int UNKNOWN = -1;

    private final TokenBuffer out;
    private double[] best = new double[64];
    private int[] tokens = new int[64];
    private int[] origins = new int[64];

    Lattice(TokenBuffer out) {
      this.out = out;
    }

    @Override
    public void encode(byte[] utf8, int length) {
      if (best.length <= length) {
        int capacity = Math.max(length + 1, best.length * 2);
        best = new double[capacity];
        tokens = new int[capacity];
        origins = new int[capacity];
      }
      Arrays.fill(best, 0, length + 1, Double.NEGATIVE_INFINITY);
      best[0] = 0;
      int next;
      for (int at = 0; at < length; at = next) {
        next = Math.min(length, at + SubwordModel.characterLength(utf8[at]));
        if (!follow(utf8, at, next, length)) {
          offer(at, next, UNKNOWN, unknownScore);
        }
      }
      emit(utf8, length);
    }

    /** Tries the tokens that begin at {@code at}; returns whether one is exactly the character there. */
    private boolean follow(byte[] utf8, int at, int characterEnd, int length) {
      boolean single = false;
      int node = 0;
      for (int i = at; i < length; i++) {
        node = trie.child(node, utf8[i] & 0xff);
        if (node < 0) {
          break;
        }
        int token = trie.value(node);
        if (token >= 0) {
          offer(at, i + 1, token, scores[token]);
          single |= i + 1 == characterEnd;
        }
      }
      return single;
    }

    private void offer(int from, int to, int token, double score) {
      double total = best[from] + score;
      if (total > best[to]) {
        best[to] = total;
        tokens[to] = token;
        origins[to] = from;
      }
    }

    /** Walks back from the end, turning the links around, then appends forwards. */
    private void emit(byte[] utf8, int length) {
      int count = 0;
      int[] path = new int[16];
      for (int at = length; at > 0; at = origins[at]) {
        if (count == path.length) {
          path = Arrays.copyOf(path, count * 2);
        }
        path[count++] = at;
      }
      boolean unknown = false;
      for (int i = count - 1; i >= 0; i--) {
        int end = path[i];
        if (tokens[end] == UNKNOWN) {
          unknown = fallback.append(utf8, origins[end], end, unknown, out);
        } else {
          out.add(tokens[end], origins[end], end);
          unknown = false;
        }
      }
    }
  }
}
