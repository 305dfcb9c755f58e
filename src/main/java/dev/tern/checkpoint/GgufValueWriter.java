package dev.tern.checkpoint;

import java.lang.reflect.Array;
import java.math.BigInteger;

/** Writes metadata values of GGUF; a value that its type cannot hold is refused. */
final class GgufValueWriter {
  private final String source;
  private final LittleEndianWriter out;

  GgufValueWriter(String source, LittleEndianWriter out) {
    this.source = source;
    this.out = out;
  }

  void write(String key, GgufValue value) {
    out.text(key);
    if (value.isArray()) {
      int length = Array.getLength(value.value());
      out.int32(GgufType.ARRAY.id()).int32(value.type().id()).int64(length);
      for (int i = 0; i < length; i++) {
        scalar(key, value.type(), Array.get(value.value(), i));
      }
    } else {
      out.int32(value.type().id());
      scalar(key, value.type(), value.value());
    }
  }

  private void scalar(String key, GgufType type, Object value) {
    switch (value) {
      case String text when type == GgufType.STRING -> out.text(text);
      case Boolean flag when type == GgufType.BOOL -> out.integer(flag ? 1 : 0, 1);
      case Number real when type == GgufType.FLOAT32 -> out.int32(Float.floatToRawIntBits(real.floatValue()));
      case Number real when type == GgufType.FLOAT64 -> out.int64(Double.doubleToRawLongBits(real.doubleValue()));
      case Long integer when type.holds(BigInteger.valueOf(integer)) -> out.integer(integer, type.minBytes());
      case BigInteger integer when type.holds(integer) -> out.integer(integer.longValue(), type.minBytes());
      default ->
          throw Messages.mismatch(
              source, Messages.key(key), "a value of type " + type, Messages.quote(String.valueOf(value)));
    }
  }
}
