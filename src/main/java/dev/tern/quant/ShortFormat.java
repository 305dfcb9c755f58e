package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/** Formats of 16 bits a value: through a small array of shorts, which the compiler vectorises, unlike bytes. */
abstract class ShortFormat implements BlockCodec {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int RUN_VALUES = 2048;

  private final TensorType type;

  ShortFormat(TensorType type) {
    this.type = type;
  }

  @Override
  public final TensorType type() {
    return type;
  }

  @Override
  public final void decode(MemorySegment source, long offset, float[] values, int at, int count) {
    Objects.checkFromIndexSize(at, count, values.length);
    short[] run = new short[Math.min(count, RUN_VALUES)];
    for (int done = 0; done < count; done += RUN_VALUES) {
      int now = Math.min(RUN_VALUES, count - done);
      MemorySegment.copy(source, SHORT, offset + 2L * done, run, 0, now);
      decode(run, now, values, at + done);
    }
  }

  abstract void decode(short[] run, int count, float[] values, int at);

  @Override
  public final boolean encodes() {
    return true;
  }

  @Override
  public final void encode(float[] values, int at, int count, float[] importance, MemorySegment target, long offset) {
    Objects.checkFromIndexSize(at, count, values.length);
    short[] run = new short[Math.min(count, RUN_VALUES)];
    for (int done = 0; done < count; done += RUN_VALUES) {
      int now = Math.min(RUN_VALUES, count - done);
      encode(values, at + done, run, now);
      MemorySegment.copy(run, 0, target, SHORT, offset + 2L * done, now);
    }
  }

  abstract void encode(float[] values, int at, short[] run, int count);

  @Override
  public final String toString() {
    return type.name();
  }
}
