package dev.tern.kernel.simd;

/** The blocks with the greatest scores, kept as a heap with the least of them on top. Reused. */
final class TopBlocks {
  private float[] scores = new float[0];
  private int scoresAt;
  private int[] heap = new int[0];
  private int size;

  /**
   * Chooses {@code top} of the blocks 1 to {@code end - 1}, which must be more, by their scores {@code [at + block]}.
   */
  void choose(float[] scores, int at, int end, int top) {
    if (heap.length < top) {
      heap = new int[top];
    }
    this.scores = scores;
    scoresAt = at;
    size = top;
    for (int i = 0; i < top; i++) {
      heap[i] = 1 + i;
    }
    for (int i = top / 2 - 1; i >= 0; i--) {
      sink(i);
    }
    for (int block = 1 + top; block < end; block++) {
      if (score(block) > score(heap[0])) {
        heap[0] = block;
        sink(0);
      }
    }
  }

  private float score(int block) {
    return scores[scoresAt + block];
  }

  private void sink(int at) {
    int block = heap[at];
    int hole = at;
    for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && score(heap[child + 1]) < score(heap[child])) {
        child++;
      }
      if (score(heap[child]) >= score(block)) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = block;
  }

  /** A chosen block, in no particular order. */
  int block(int i) {
    return heap[i];
  }
}
