package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.ChunkProduct.PANEL;
import static dev.tern.kernel.simd.ChunkProduct.ROWS;

import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Update;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The chunked form: one head, whose state stays in the cache while its tokens go by in chunks. One per worker, reused.
 */
final class ChunkedRecurrence {
  private final Chunk chunk = new Chunk();
  private final HeadDecayChunk headDecay = new HeadDecayChunk();
  private final ChannelDecayChunk channelDecay = new ChannelDecayChunk();
  private final ChunkProduct product = new ChunkProduct();
  private HeadState[] states = new HeadState[0];
  private final float[] out = new float[Chunk.TOKENS * PANEL];
  private final float[] solved = new float[Chunk.TOKENS * PANEL];
  private final float[] values = new float[Chunk.TOKENS * PANEL];

  /** Whether scores are products of queries and keys times a decay between two tokens. */
  static boolean sharesScores(LinearRecurrence recurrence) {
    return recurrence.decay() == LinearRecurrence.Decay.PER_HEAD && recurrence.update() != Update.LOW_RANK;
  }

  /** Processes {@code count} rows from {@code first} on of the first {@code heads} heads, which share their keys. */
  void run(HeadRows[] rows, int heads, int first, int count, MemorySegment state) {
    LinearRecurrence recurrence = rows[0].recurrence;
    boolean perHead = sharesScores(recurrence);
    int step = perHead ? Chunk.TOKENS : ChannelDecayChunk.TOKENS;
    chunk.prepare(recurrence);
    load(rows, heads, state);
    for (int row = first; row < first + count; row += step) {
      int tokens = Math.min(step, first + count - row);
      if (perHead) {
        headDecay.share(rows[0], row, tokens, chunk);
      }
      for (int i = 0; i < heads; i++) {
        if (perHead) {
          headDecay.fill(rows[i], row, chunk);
        } else {
          channelDecay.fill(rows[i], row, tokens, chunk);
        }
        for (int panel = 0; panel < recurrence.panels(); panel++) {
          process(rows[i], row, panel, states[i].matrix);
        }
      }
    }
    for (int i = 0; i < heads; i++) {
      states[i].store(recurrence, rows[i].head, chunk.paddedKeys, state);
    }
  }

  private void load(HeadRows[] rows, int heads, MemorySegment state) {
    if (states.length < heads) {
      states = Arrays.copyOf(states, heads);
    }
    for (int i = 0; i < heads; i++) {
      if (states[i] == null) {
        states[i] = new HeadState();
      }
      states[i].load(rows[i].recurrence, rows[i].head, chunk.paddedKeys, state);
    }
  }

  private void process(HeadRows rows, int row, int panel, float[] matrix) {
    Update update = rows.recurrence.update();
    int stateAt = panel * chunk.paddedKeys * PANEL;
    loadValues(rows, row, panel);
    product.a(chunk.query, 0, chunk.paddedKeys).b(matrix, stateAt).c(out, 0).set(chunk.tokens, chunk.keys);
    PanelRows.scale(out, 0, chunk.queryFactors, chunk.tokens);
    if (update != Update.ADDITIVE) {
      product.a(chunk.removal, 0, chunk.paddedKeys).c(solved, 0).set(chunk.tokens, chunk.keys);
      solve(update);
      lower(chunk.queryOfSolved, solved, out);
    }
    if (update != Update.DELTA) {
      lower(chunk.queryOfGiven, values, out);
    }
    storeOut(rows, row, panel);
    PanelRows.scale(matrix, stateAt, chunk.stateDecay, chunk.keys);
    if (update != Update.ADDITIVE) {
      product.a(chunk.solvedWriter, 0, chunk.paddedKeys).b(solved, 0).c(matrix, stateAt);
      product.addTransposed(chunk.keys, chunk.tokens);
    }
    if (update != Update.DELTA) {
      product.a(chunk.givenWriter, 0, chunk.paddedKeys).b(values, 0).c(matrix, stateAt);
      product.addTransposed(chunk.keys, chunk.tokens);
    }
  }

  private void solve(Update update) {
    if (update == Update.DELTA) {
      PanelRows.scaleAndAdd(solved, chunk.removalFactors, values, chunk.tokens);
    } else {
      PanelRows.scale(solved, 0, chunk.removalFactors, chunk.tokens);
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

  /** Copies the columns of a panel, padded with zeros. */
  private void loadValues(HeadRows rows, int row, int panel) {
    int width = Math.min(PANEL, rows.recurrence.valueWidth() - panel * PANEL);
    float[] value = rows.operands.value.data();
    for (int t = 0; t < chunk.tokens; t++) {
      int at = rows.value(row + t) + panel * PANEL;
      if (width == PANEL) {
        PanelRows.copy(value, at, values, t * PANEL);
      } else {
        System.arraycopy(value, at, values, t * PANEL, width);
        Arrays.fill(values, t * PANEL + width, (t + 1) * PANEL, 0);
      }
    }
  }

  private void storeOut(HeadRows rows, int row, int panel) {
    int width = Math.min(PANEL, rows.recurrence.valueWidth() - panel * PANEL);
    float[] to = rows.operands.out.data();
    for (int t = 0; t < chunk.tokens; t++) {
      int at = rows.out(row + t) + panel * PANEL;
      if (width == PANEL) {
        PanelRows.copy(out, t * PANEL, to, at);
      } else {
        System.arraycopy(out, t * PANEL, to, at, width);
      }
    }
  }
}
