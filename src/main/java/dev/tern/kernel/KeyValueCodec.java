package dev.tern.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Writes and reads head vectors in the pages of a layout, and the rotation that goes with them: Q8 keys and values are
 * stored rotated, so a query is rotated like the keys before it meets them, and a sum of values rotated back.
 */
public final class KeyValueCodec {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final float MAX_HALF = 65504;

  private final KeyValueLayout layout;
  private final KeyValueShape shape;
  private final Rotation keyRotation;
  private final Rotation restRotation;
  private final Rotation valueRotation;

  public KeyValueCodec(KeyValueLayout layout) {
    this.layout = layout;
    this.shape = layout.shape();
    boolean rotated = layout.type() == KvType.Q8;
    int rest = shape.keyWidth() - shape.valueWidth();
    this.keyRotation = rotated && !shape.latent() ? new Rotation(shape.keyWidth()) : null;
    this.restRotation = rotated && shape.latent() && rest > 0 ? new Rotation(rest) : null;
    this.valueRotation = rotated ? new Rotation(shape.valueWidth()) : null;
  }

  /** Whether queries and sums of values need {@link #rotateKey} and {@link #restoreValue}. */
  public boolean rotated() {
    return layout.type() == KvType.Q8;
  }

  /** Rotates a query or key in place; {@code scratch} holds at least its width. */
  public void rotateKey(float[] x, int at, float[] scratch) {
    if (keyRotation != null) {
      keyRotation.apply(x, at, scratch);
    } else if (valueRotation != null) {
      valueRotation.apply(x, at, scratch);
      if (restRotation != null) {
        restRotation.apply(x, at + shape.valueWidth(), scratch);
      }
    }
  }

  /** Rotates a value or a weighted sum of values back in place. */
  public void restoreValue(float[] x, int at, float[] scratch) {
    if (valueRotation != null) {
      valueRotation.undo(x, at, scratch);
    }
  }

  /** Stores a key; {@code x} is changed. */
  void putKey(MemorySegment page, int head, int slot, float[] x, float[] scratch) {
    rotateKey(x, 0, scratch);
    if (shape.latent()) {
      putLatent(page, slot, x);
      return;
    }
    int width = shape.keyWidth();
    float inverse = putScale(page, layout.keyScale(head, slot), x, 0, width);
    putAlongSteps(page, layout.keyPanel(head, slot), slot % KeyValueLayout.PANEL, x, inverse);
  }

  /** Stores a value; {@code x} is changed. */
  void putValue(MemorySegment page, int head, int slot, float[] x, float[] scratch) {
    if (valueRotation != null) {
      valueRotation.apply(x, 0, scratch);
    }
    float inverse = putScale(page, layout.valueScale(head, slot), x, 0, shape.valueWidth());
    putAlongLanes(page, head, slot, x, 0, shape.valueWidth(), inverse);
  }

  private void putLatent(MemorySegment page, int slot, float[] x) {
    float inverse = putScale(page, layout.valueScale(0, slot), x, 0, shape.valueWidth());
    putAlongLanes(page, 0, slot, x, 0, shape.valueWidth(), inverse);
    float rest = putScale(page, layout.keyScale(0, slot), x, shape.valueWidth(), shape.keyWidth());
    putAlongLanes(page, 0, slot, x, shape.valueWidth(), shape.keyWidth(), rest);
  }

  /** Stores the scale of {@code x[from … to]} if the format has one; returns the factor from values to codes. */
  private float putScale(MemorySegment page, long at, float[] x, int from, int to) {
    if (layout.type() != KvType.Q8) {
      return 1;
    }
    float max = 0;
    for (int i = from; i < to; i++) {
      max = Math.max(max, Math.abs(x[i]));
    }
    // Never 0, which would turn hidden scores of minus infinity into NaN; subnormal values become 0.
    float scale = Math.max(max / 127, Float.MIN_NORMAL);
    page.set(FLOAT, at, scale);
    return 1 / scale;
  }

  private void putAlongSteps(MemorySegment page, long panel, int lane, float[] x, float inverse) {
    int width = shape.keyWidth();
    long at = panel + layout.element(0, lane);
    switch (layout.type()) {
      case F32 -> {
        for (int i = 0; i < width; i++) {
          page.set(FLOAT, at + i * 128L, x[i]);
        }
      }
      case F16, BF16 -> {
        for (int i = 0; i < width; i++) {
          page.set(SHORT, at + i * 64L, toShort(x[i]));
        }
      }
      case Q8 -> {
        for (int i = 0; i < width; i++) {
          page.set(ValueLayout.JAVA_BYTE, at + (i >> 2) * 128L + (i & 3), (byte) Math.round(x[i] * inverse));
        }
      }
    }
  }

  private void putAlongLanes(MemorySegment page, int head, int slot, float[] x, int from, int to, float inverse) {
    for (int i = from; i < to; i++) {
      long at = layout.valuePanel(head, i / KeyValueLayout.PANEL) + layout.element(slot, i % KeyValueLayout.PANEL);
      switch (layout.type()) {
        case F32 -> page.set(FLOAT, at, x[i]);
        case F16, BF16 -> page.set(SHORT, at, toShort(x[i]));
        case Q8 -> page.set(ValueLayout.JAVA_BYTE, at, (byte) Math.round(x[i] * inverse));
      }
    }
  }

  private short toShort(float x) {
    if (layout.type() == KvType.F16) {
      return Float.floatToFloat16(Math.clamp(x, -MAX_HALF, MAX_HALF));
    }
    int bits = Float.floatToRawIntBits(x);
    int rounded = bits + 0x7fff + ((bits >>> 16) & 1);
    return (short) ((Float.isNaN(x) ? bits | 0x400000 : rounded) >>> 16);
  }

  /** Reads a key, rotation undone. */
  void key(MemorySegment page, int head, int slot, float[] out, float[] scratch) {
    storedKey(page, head, slot, out);
    if (keyRotation != null) {
      keyRotation.undo(out, 0, scratch);
    } else if (valueRotation != null) {
      valueRotation.undo(out, 0, scratch);
      if (restRotation != null) {
        restRotation.undo(out, shape.valueWidth(), scratch);
      }
    }
  }

  /** Reads a key as it is stored: rotated, if this format rotates. */
  public void storedKey(MemorySegment page, int head, int slot, float[] out) {
    if (shape.latent()) {
      getAlongLanes(page, head, slot, 0, shape.valueWidth(), layout.valueScale(head, slot), out);
      getAlongLanes(page, head, slot, shape.valueWidth(), shape.keyWidth(), layout.keyScale(head, slot), out);
      return;
    }
    float scale = scale(page, layout.keyScale(head, slot));
    for (int i = 0; i < shape.keyWidth(); i++) {
      out[i] = get(page, layout.keyPanel(head, slot) + layout.element(i, slot % KeyValueLayout.PANEL)) * scale;
    }
  }

  /** Reads a value as stored, rotation undone. */
  void value(MemorySegment page, int head, int slot, float[] out, float[] scratch) {
    getAlongLanes(page, head, slot, 0, shape.valueWidth(), layout.valueScale(head, slot), out);
    restoreValue(out, 0, scratch);
  }

  private void getAlongLanes(MemorySegment page, int head, int slot, int from, int to, long scaleAt, float[] out) {
    float scale = scale(page, scaleAt);
    for (int i = from; i < to; i++) {
      long at = layout.valuePanel(head, i / KeyValueLayout.PANEL) + layout.element(slot, i % KeyValueLayout.PANEL);
      out[i] = get(page, at) * scale;
    }
  }

  private float scale(MemorySegment page, long at) {
    return layout.type() == KvType.Q8 ? page.get(FLOAT, at) : 1;
  }

  private float get(MemorySegment page, long at) {
    return switch (layout.type()) {
      case F32 -> page.get(FLOAT, at);
      case F16 -> Float.float16ToFloat(page.get(SHORT, at));
      case BF16 -> Float.intBitsToFloat(page.get(SHORT, at) << 16);
      case Q8 -> page.get(ValueLayout.JAVA_BYTE, at);
    };
  }
}
