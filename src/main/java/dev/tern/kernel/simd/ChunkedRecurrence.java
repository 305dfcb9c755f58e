package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.ChunkProduct.PANEL;
import static dev.tern.kernel.simd.ChunkProduct.ROWS;
import static dev.tern.kernel.simd.Lanes.F;
import static dev.tern.kernel.simd.Lanes.L;

import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Update;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The chunked form: one head, whose state stays in the cache while its tokens go by in chunks. One per worker, reused.
 */
final class ChunkedRecurrence {
  private final Chunk chunk = new Chunk();
  private final HeadDecayChunk headDecay = new HeadDecayChunk();
  private final ChannelDecayChunk channelDecay = new ChannelDecayChunk();
  private final ChunkProduct product = new ChunkProduct();
  private final HeadState head = new HeadState();
  private final float[] out = new float[Chunk.TOKENS * PANEL];
  private final float[] solved = new float[Chunk.TOKENS * PANEL];
  private final float[] values = new float[Chunk.TOKENS * PANEL];

  /** Processes {@code count} rows from {@code first} on. */
  void run(HeadRows rows, int first, int count, MemorySegment state) {
    LinearRecurrence recurrence = rows.recurrence;
    boolean perHead = rows.decaysPerHead() && recurrence.update() != Update.LOW_RANK;
    int step = perHead ? Chunk.TOKENS : ChannelDecayChunk.TOKENS;
    chunk.prepare(recurrence);
    head.load(recurrence, rows.head, chunk.paddedKeys, state);
    for (int row = first; row < first + count; row += step) {
      int tokens = Math.min(step, first + count - row);
      if (perHead) {
        headDecay.fill(rows, row, tokens, chunk);
      } else {
        channelDecay.fill(rows, row, tokens, chunk);
      }
      for (int panel = 0; panel < recurrence.panels(); panel++) {
        process(rows, row, panel);
      }
    }
    head.store(recurrence, rows.head, chunk.paddedKeys, state);
  }

  private void process(HeadRows rows, int row, int panel) {
    Update update = rows.recurrence.update();
    int stateAt = panel * chunk.paddedKeys * PANEL;
    loadValues(rows, row, panel);
    product.a(chunk.query, 0, PANEL).b(head.matrix, stateAt).c(out, 0).set(chunk.tokens, chunk.keys);
    scaleRows(out, chunk.queryFactors);
    if (update != Update.ADDITIVE) {
      product.a(chunk.removal, chunk.removalColumn, PANEL).c(solved, 0).set(chunk.tokens, chunk.keys);
      scaleRows(solved, chunk.removalFactors);
      solve(update);
      lower(chunk.queryOfSolved, solved, out);
    }
    if (update != Update.DELTA) {
      lower(chunk.queryOfGiven, values, out);
    }
    storeOut(rows, row, panel);
    decayState(stateAt);
    if (update != Update.ADDITIVE) {
      product.a(chunk.solvedWriter, 0, chunk.paddedKeys).b(solved, 0).c(head.matrix, stateAt);
      product.add(chunk.keys, chunk.tokens);
    }
    if (update != Update.DELTA) {
      product.a(chunk.givenWriter, 0, chunk.paddedKeys).b(values, 0).c(head.matrix, stateAt);
      product.add(chunk.keys, chunk.tokens);
    }
  }

  private void solve(Update update) {
    if (update == Update.DELTA) {
      for (int i = 0; i < chunk.tokens * PANEL; i++) {
        solved[i] += values[i];
      }
    } else {
      lower(chunk.removalOfGiven, values, solved);
    }
    product.a(chunk.removalOfSolved, 0, PANEL).b(solved, 0).c(solved, 0);
    for (int row = 0; row < chunk.tokens; row += ROWS) {
      product.addTile(row, row);
      product.solveTile(row);
    }
  }

  /** {@code to += scores · from}, where no token reads what a later one writes. */
  private void lower(float[] scores, float[] from, float[] to) {
    product.a(scores, 0, PANEL).b(from, 0).c(to, 0);
    for (int row = 0; row < chunk.tokens; row += ROWS) {
      product.addTile(row, Math.min(chunk.tokens, row + ROWS));
    }
  }

  private void scaleRows(float[] rows, float[] factors) {
    for (int t = 0; t < chunk.tokens; t++) {
      float factor = factors[t];
      for (int i = t * PANEL; i < (t + 1) * PANEL; i++) {
        rows[i] *= factor;
      }
    }
  }

  private void decayState(int at) {
    for (int i = 0; i < chunk.keys; i++) {
      for (int j = at + i * PANEL; j < at + (i + 1) * PANEL; j += L) {
        FloatVector.fromArray(F, head.matrix, j).mul(chunk.stateDecay[i]).intoArray(head.matrix, j);
      }
    }
  }

  private void loadValues(HeadRows rows, int row, int panel) {
    int width = Math.min(PANEL, rows.recurrence.valueWidth() - panel * PANEL);
    float[] value = rows.operands.value.data();
    for (int t = 0; t < chunk.tokens; t++) {
      System.arraycopy(value, rows.value(row + t) + panel * PANEL, values, t * PANEL, width);
      Arrays.fill(values, t * PANEL + width, (t + 1) * PANEL, 0);
    }
  }

  private void storeOut(HeadRows rows, int row, int panel) {
    int width = Math.min(PANEL, rows.recurrence.valueWidth() - panel * PANEL);
    for (int t = 0; t < chunk.tokens; t++) {
      int to = rows.out(row + t) + panel * PANEL;
      System.arraycopy(out, t * PANEL, rows.operands.out.data(), to, width);
    }
  }
}
