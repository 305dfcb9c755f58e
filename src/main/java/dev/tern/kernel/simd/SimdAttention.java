package dev.tern.kernel.simd;

import dev.tern.kernel.AttentionCall;
import dev.tern.kernel.AttentionKernels;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.KeyValueStore;
import dev.tern.kernel.PagedStore;
import dev.tern.kernel.WorkerPool;
import dev.tern.tensor.Activations;
import java.util.Arrays;

/**
 * Attention with vectors and threads. With many rows (prefill) an item of work is a block of rows over all its
 * segments; with few (decode) it is a block of rows over one segment, and the partial results are merged afterwards, in
 * order. The result is the same, bit for bit, either way.
 *
 * @see AttentionPlan
 */
public final class SimdAttention implements AttentionKernels {
  private final WorkerPool pool;
  private final AttentionWorker[] workers;
  private final AttentionPlan plan = new AttentionPlan();
  private final PartialResults partial = new PartialResults();
  private final WorkerPool.Task wholeRows = this::attendBlocks;
  private final WorkerPool.Task segments = this::attendSegments;
  private final WorkerPool.Task merge = this::mergeBlocks;

  public SimdAttention(WorkerPool pool) {
    this.pool = pool;
    this.workers = new AttentionWorker[pool.count()];
    Arrays.setAll(workers, i -> new AttentionWorker());
  }

  @Override
  public synchronized void attend(
      AttentionShape shape,
      AttentionMask mask,
      KeyValueStore store,
      Activations q,
      int row,
      int count,
      int position,
      Activations out) {
    AttentionCall.check(shape, mask, store, q, row, count, position, out);
    if (count == 0) {
      return;
    }
    plan.set(shape, mask, (PagedStore) store, q, out);
    plan.setRows(row, count, position);
    int items = shape.kvHeads() * plan.blocks;
    int mostSegments = plan.mostSegments();
    if (items % pool.count() == 0 || items >= 4 * pool.count() || mostSegments == 1) {
      pool.run(items, wholeRows);
    } else {
      partial.resize(items, mostSegments, plan);
      pool.run(items * mostSegments, segments);
      pool.run(items, merge);
    }
  }

  /**
   * The block of rows of an item: first, last, second, last but one … so that a contiguous band of items has as much of
   * a causal triangle as any other.
   */
  private int blockOf(int item) {
    int index = item % plan.blocks;
    return index % 2 == 0 ? index / 2 : plan.blocks - 1 - index / 2;
  }

  private int headOf(int item) {
    return item / plan.blocks;
  }

  private void attendBlocks(int from, int to, int index) {
    AttentionWorker worker = workers[index];
    for (int item = from; item < to; item++) {
      int block = blockOf(item);
      worker.begin(plan, headOf(item), block);
      int count = plan.segments(block);
      for (int i = 0; i < count; i++) {
        if (worker.attend(plan.segment(block, i))) {
          worker.mergePart();
        }
      }
      worker.finish();
    }
  }

  private void attendSegments(int from, int to, int index) {
    AttentionWorker worker = workers[index];
    int previous = -1;
    for (int i = from; i < to; i++) {
      int item = i / partial.segments;
      int segment = i % partial.segments;
      int block = blockOf(item);
      if (item != previous) {
        worker.begin(plan, headOf(item), block);
        previous = item;
      }
      boolean seen = segment < plan.segments(block) && worker.attend(plan.segment(block, segment));
      partial.put(i, seen ? worker.part : null, plan.rowsOf(block));
    }
  }

  private void mergeBlocks(int from, int to, int index) {
    AttentionWorker worker = workers[index];
    for (int item = from; item < to; item++) {
      int block = blockOf(item);
      worker.begin(plan, headOf(item), block);
      for (int segment = 0; segment < partial.segments; segment++) {
        partial.mergeInto(worker.total, item * partial.segments + segment, plan.rowsOf(block));
      }
      worker.finish();
    }
  }
}
