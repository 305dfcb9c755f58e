package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Block formats that can be written. */
abstract class EncodingFormat extends BlockFormat {
  EncodingFormat(TensorType type) {
    super(type);
  }

  @Override
  public final boolean encodes() {
    return true;
  }

  @Override
  public final void encode(float[] values, int at, int count, float[] importance, MemorySegment target, long offset) {
    int blocks = blocks(values, at, count);
    Block block = new Block(type());
    byte[] bytes = new byte[type().blockBytes()];
    for (int i = 0; i < blocks; i++) {
      block.load(values, at + i * type().blockSize(), importance);
      encode(block, bytes);
      long to = offset + (long) i * bytes.length;
      MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, to, bytes.length);
    }
  }

  /** Encodes one block; {@code bytes} hold the last one and have to be overwritten. */
  abstract void encode(Block block, byte[] bytes);
}
