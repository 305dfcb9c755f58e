package dev.tern.kernel.simd;

import static dev.tern.kernel.simd.AttentionPlan.SEGMENT_PAGES;

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
 * Attention with vectors and threads. With many rows (prefill) a worker takes a block of rows through all its segments;
 * with few (decode) it takes all blocks through the same pages, in the order in which they lie in memory, over a part
 * of the segments, and the partial results are merged afterwards. The result is the same, bit for bit, either way.
 *
 * <p>Calls from several threads follow one another. Not to be called from inside a task of the pool.
 *
 * @see AttentionPlan
 */
public final class SimdAttention implements AttentionKernels {
  private final WorkerPool pool;
  private final Worker[] workers;
  private final AttentionPlan plan = new AttentionPlan();
  private final SegmentBands bands = new SegmentBands();
  private final BlockChoice choice = new BlockChoice();

  /** Results of units over single segments. */
  private final SoftmaxState partial = new SoftmaxState();

  private final WorkerPool.Task choose = this::choose;
  private final WorkerPool.Task blocks = this::attendBlocks;
  private final WorkerPool.Task segments = this::attendSegments;
  private final WorkerPool.Task merge = this::mergeUnits;

  /** What one worker computes with. */
  private static final class Worker {
    final PageScratch scratch = new PageScratch();
    final BlockChoice.Scratch choice = new BlockChoice.Scratch();
    RowBlock[] blocks = new RowBlock[0];

    RowBlock[] blocks(int count) {
      if (blocks.length < count) {
        int present = blocks.length;
        blocks = Arrays.copyOf(blocks, count);
        Arrays.setAll(blocks, i -> i < present ? blocks[i] : new RowBlock());
      }
      return blocks;
    }
  }

  public SimdAttention(WorkerPool pool) {
    this.pool = pool;
    this.workers = new Worker[pool.count()];
    Arrays.setAll(workers, i -> new Worker());
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
    plan.choice = choice.begin(plan) ? choice : null;
    if (plan.choice != null) {
      pool.run(choice.items(), choose);
    }
    if (plan.blocks > 2 && plan.units() >= 4 * pool.count()) {
      pool.run(plan.units(), blocks);
      return;
    }
    bands.set(plan, pool.count());
    if (bands.segments() > 1) {
      partial.reserve(bands.segments() * plan.units() * plan.rowsOf(0), plan.valueStride());
    }
    pool.run(pool.count(), segments);
    if (bands.segments() > 1) {
      pool.run(plan.units(), merge);
    }
  }

  private void choose(int from, int to, int index) {
    choice.choose(from, to, workers[index].choice);
  }

  /**
   * The unit of an item: blocks first, last, second, last but one … so that a contiguous band of items has as much of a
   * causal triangle as any other.
   */
  private int unitOf(int item) {
    int index = item % plan.blocks;
    int block = index % 2 == 0 ? index / 2 : plan.blocks - 1 - index / 2;
    return item - index + block;
  }

  private void attendBlocks(int from, int to, int index) {
    PageScratch scratch = workers[index].scratch;
    RowBlock block = workers[index].blocks(1)[0];
    for (int item = from; item < to; item++) {
      block.close();
      block.begin(plan, unitOf(item), scratch);
      int count = plan.segments(block.firstRow(), block.lastRow());
      for (int i = 0; i < count; i++) {
        int segment = plan.segment(block.firstRow(), block.lastRow(), i);
        for (int page = 0; page < plan.pages(segment); page++) {
          attendPage(workers[index], 0, 1, segment * SEGMENT_PAGES + page);
        }
        block.endSegment();
      }
      block.finish(scratch);
    }
  }

  private void attendSegments(int from, int to, int index) {
    Worker worker = workers[index];
    RowBlock[] units = worker.blocks(plan.units());
    for (int unit = 0; unit < plan.units(); unit++) {
      units[unit].close();
    }
    int end = bands.firstItem(to);
    for (int item = bands.firstItem(from); item < end; ) {
      int first = item % plan.units();
      int past = Math.min(plan.units(), first + end - item);
      attendSegment(worker, item / plan.units(), first, past);
      item += past - first;
    }
  }

  /** Takes blocks through a page. */
  private static void attendPage(Worker worker, int first, int end, int page) {
    for (int i = first; i < end; i++) {
      worker.blocks[i].meet(page, worker.scratch);
    }
  }

  /** Takes units {@code first … end} through a segment, all of them through a page before the next. */
  private void attendSegment(Worker worker, int i, int first, int end) {
    for (int unit = first; unit < end; unit++) {
      worker.blocks[unit].begin(plan, unit, worker.scratch);
    }
    int segment = bands.segment(i);
    for (int page = 0; page < plan.pages(segment); page++) {
      attendPage(worker, first, end, segment * SEGMENT_PAGES + page);
    }
    for (int unit = first; unit < end; unit++) {
      if (bands.segments() > 1) {
        if (bands.reads(i, unit)) {
          worker.blocks[unit].endSegment(partial, slot(i, unit));
        }
      } else {
        worker.blocks[unit].endSegment();
        worker.blocks[unit].finish(worker.scratch);
      }
    }
  }

  private int slot(int segment, int unit) {
    return (segment * plan.units() + unit) * plan.rowsOf(0);
  }

  private void mergeUnits(int from, int to, int index) {
    RowBlock block = workers[index].blocks(1)[0];
    for (int unit = from; unit < to; unit++) {
      block.open(plan, unit);
      for (int i = 0; i < bands.segments(); i++) {
        if (bands.reads(i, unit)) {
          block.merge(partial, slot(i, unit));
        }
      }
      block.finish(workers[index].scratch);
    }
  }
}
