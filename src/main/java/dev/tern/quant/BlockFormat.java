package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * What all block formats share: blocks are copied through a small array in runs, so that each format is one tight loop
 * over bytes whatever kind of memory they come from.
 */
abstract class BlockFormat implements BlockCodec {
  /** Small enough for the first-level cache together with the values it stands for. */
  private static final int RUN_VALUES = 2048;

  private final TensorType type;

  BlockFormat(TensorType type) {
    this.type = type;
  }

  @Override
  public final TensorType type() {
    return type;
  }

  @Override
  public final void decode(MemorySegment source, long offset, float[] values, int at, int count) {
    int size = type.blockSize();
    int blocks = blocks(values, at, count);
    int perRun = Math.min(blocks, RUN_VALUES / size);
    byte[] run = new byte[perRun * type.blockBytes()];
    for (int done = 0; done < blocks; done += perRun) {
      int now = Math.min(perRun, blocks - done);
      long from = offset + (long) done * type.blockBytes();
      MemorySegment.copy(source, ValueLayout.JAVA_BYTE, from, run, 0, now * type.blockBytes());
      decode(run, now, values, at + done * size);
    }
  }

  /** Decodes the first {@code blocks} blocks of {@code run} to {@code values} from {@code at} on. */
  abstract void decode(byte[] run, int blocks, float[] values, int at);

  /** The number of blocks in a range of values, which has to be whole. */
  final int blocks(float[] values, int at, int count) {
    Objects.checkFromIndexSize(at, count, values.length);
    if (count % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          count + " values are no whole number of blocks of " + type + ", which hold " + type.blockSize());
    }
    return count / type.blockSize();
  }

  @Override
  public final String toString() {
    return type.name();
  }
}
