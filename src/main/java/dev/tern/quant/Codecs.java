package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** The block formats that can be decoded, by type. */
public final class Codecs {
  private static final Map<TensorType, BlockCodec> CODECS =
      byType(
          new F32(),
          new F16(),
          new BF16(),
          new F64(),
          new F8_E4M3(),
          new F8_E5M2(),
          new Q4_0(),
          new Q4_1(),
          new Q5_0(),
          new Q5_1(),
          new Q8_0(),
          new Q8_K(),
          new Q2_K(),
          new Q3_K(),
          new Q4_K(),
          new Q5_K(),
          new Q6_K(),
          new IQ1_S(),
          new IQ1_M(),
          new IQ2_XXS(),
          new IQ2_XS(),
          new IQ2_S(),
          new IQ3_XXS(),
          new IQ3_S(),
          new IQ4_NL(),
          new IQ4_XS(),
          new TQ1_0(),
          new TQ2_0(),
          new MXFP4(),
          new NVFP4(),
          new Q1_0(),
          new Q2_0());

  private Codecs() {}

  /**
   * The codec of a type.
   *
   * @throws TernException if values of that type cannot be decoded to floats
   */
  public static BlockCodec of(TensorType type) {
    BlockCodec codec = CODECS.get(type);
    if (codec == null) {
      throw new TernException("Tensors of type " + type + " cannot be decoded; known are " + CODECS.keySet());
    }
    return codec;
  }

  /** The types that {@link #of} knows. */
  public static Set<TensorType> types() {
    return CODECS.keySet();
  }

  private static Map<TensorType, BlockCodec> byType(BlockCodec... codecs) {
    Map<TensorType, BlockCodec> map = new EnumMap<>(TensorType.class);
    Arrays.stream(codecs).forEach(codec -> map.put(codec.type(), codec));
    return Collections.unmodifiableMap(map);
  }
}
