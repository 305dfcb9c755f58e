package dev.tern.quant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian fields of encoded blocks. */
final class Bytes {
  private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle DOUBLE = MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  /** The largest finite f16. */
  static final float MAX_F16 = 65504;

  private Bytes() {}

  static int u8(byte[] bytes, int at) {
    return bytes[at] & 0xff;
  }

  static int u16(byte[] bytes, int at) {
    return (short) SHORT.get(bytes, at) & 0xffff;
  }

  static int i32(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  static float f16(byte[] bytes, int at) {
    return Float.float16ToFloat((short) SHORT.get(bytes, at));
  }

  static float f32(byte[] bytes, int at) {
    return Float.intBitsToFloat((int) INT.get(bytes, at));
  }

  static double f64(byte[] bytes, int at) {
    return (double) DOUBLE.get(bytes, at);
  }

  /** Writes the finite f16 that is nearest to a number. */
  static void putF16(byte[] bytes, int at, float value) {
    SHORT.set(bytes, at, toF16(value));
  }

  /** The finite f16 that is nearest to a number. */
  static float roundF16(float value) {
    return Float.float16ToFloat(toF16(value));
  }

  private static short toF16(float value) {
    return Float.floatToFloat16(Math.clamp(value, -MAX_F16, MAX_F16));
  }

  static void putI32(byte[] bytes, int at, int value) {
    INT.set(bytes, at, value);
  }

  static void putU16(byte[] bytes, int at, int value) {
    SHORT.set(bytes, at, (short) value);
  }
}
