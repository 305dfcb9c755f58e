package dev.tern.kernel;

/** Number formats of a key/value store. */
public enum KvType {
  F32(4),
  /** IEEE half; finite values beyond ±65504 are stored as ±65504. */
  F16(2),
  BF16(2),
  /** 8-bit codes with one f32 scale per head vector. */
  Q8(1);

  private final int bytes;

  KvType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one stored value. */
  public int bytes() {
    return bytes;
  }
}
