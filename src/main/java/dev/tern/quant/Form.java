package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a file type is packed into. The one table of it: all types keep their values exactly but F64, which is rounded
 * to f32.
 *
 * @param codebook what 4-bit codes stand for
 * @param blocks takes file blocks apart, or null where values are decoded to floats
 */
public record Form(Layout layout, Codebook codebook, Supplier<BlockCodes> blocks) {
  private static final Map<TensorType, Form> FORMS = new EnumMap<>(TensorType.class);

  static {
    floats(Layout.F32, TensorType.F32, TensorType.F64, TensorType.Q8_K);
    floats(Layout.F16, TensorType.F16);
    floats(Layout.BF16, TensorType.BF16, TensorType.F8_E4M3, TensorType.F8_E5M2, TensorType.NVFP4);

    coded(TensorType.Q4_0, Layout.Q4, Codebook.SIGNED, LegacyCodes.Q4::new);
    coded(TensorType.Q1_0, Layout.Q4, Codebook.SIGNED, TernaryCodes.Q1::new);
    coded(TensorType.Q2_0, Layout.Q4, Codebook.SIGNED, TernaryCodes.Q2::new);
    coded(TensorType.TQ1_0, Layout.Q4, Codebook.SIGNED, TernaryCodes.Tq1::new);
    coded(TensorType.TQ2_0, Layout.Q4, Codebook.SIGNED, TernaryCodes.Tq2::new);
    coded(TensorType.IQ4_NL, Layout.Q4, Codebook.IQ4_NL, LegacyCodes.Q4::new);
    coded(TensorType.MXFP4, Layout.Q4, Codebook.MXFP4, LegacyCodes.Mx::new);

    coded(TensorType.Q4_K, Layout.Q4_K, Codebook.UNSIGNED, KCodes.Q4::new);

    coded(TensorType.Q2_K, Layout.Q4_K16, Codebook.UNSIGNED, KCodes.Q2::new);
    coded(TensorType.Q3_K, Layout.Q4_K16, Codebook.SIGNED, KCodes.Q3::new);
    coded(TensorType.IQ4_XS, Layout.Q4_K16, Codebook.IQ4_NL, KCodes.Iq4::new);
    coded(TensorType.IQ1_S, Layout.Q4_K16, Codebook.IQ1, GridCodes.Iq1s::new);
    coded(TensorType.IQ1_M, Layout.Q4_K16, Codebook.IQ1, GridCodes.Iq1m::new);
    coded(TensorType.IQ2_XXS, Layout.Q4_K16, Codebook.IQ2, GridCodes.Iq2xxs::new);
    coded(TensorType.IQ2_XS, Layout.Q4_K16, Codebook.IQ2, GridCodes.Iq2xs::new);
    coded(TensorType.IQ2_S, Layout.Q4_K16, Codebook.IQ2, GridCodes.Iq2s::new);
    coded(TensorType.IQ3_XXS, Layout.Q4_K16, Codebook.IQ3_XXS, GridCodes.Iq3xxs::new);
    coded(TensorType.IQ3_S, Layout.Q4_K16, Codebook.IQ3_S, GridCodes.Iq3s::new);

    coded(TensorType.Q8_0, Layout.Q8, Codebook.SIGNED, LegacyCodes.Q8::new);
    coded(TensorType.Q5_0, Layout.Q8, Codebook.SIGNED, LegacyCodes::q5_0);
    coded(TensorType.Q4_1, Layout.Q8_MIN, Codebook.SIGNED, LegacyCodes::q4_1);
    coded(TensorType.Q5_1, Layout.Q8_MIN, Codebook.SIGNED, LegacyCodes::q5_1);
    coded(TensorType.Q5_K, Layout.Q8_K, Codebook.SIGNED, KCodes.Q5::new);
    coded(TensorType.Q6_K, Layout.Q8_K16, Codebook.SIGNED, KCodes.Q6::new);
  }

  /** The types that can be packed. */
  public static Map<TensorType, Form> all() {
    return Collections.unmodifiableMap(FORMS);
  }

  /** This form, or another where values of the rows are beyond it. */
  Form fitted(RowSource source) {
    return codebook == Codebook.MXFP4 && !fitsHalf(source) ? FORMS.get(TensorType.BF16) : this;
  }

  /** This form, or the other one of its type if that was packed to. */
  Form fitted(Layout layout) {
    return layout == this.layout ? this : FORMS.get(TensorType.BF16);
  }

  /** Whether all powers of two of MXFP4 blocks are half floats; bfloat16 holds the values of all others. */
  private static boolean fitsHalf(RowSource source) {
    int blockBytes = TensorType.MXFP4.blockBytes();
    for (int row = 0; row < source.rows(); row++) {
      long from = source.offset(row);
      for (long at = from; at < from + source.rowBytes(); at += blockBytes) {
        float scale = MXFP4.halfScale(source.data().get(ValueLayout.JAVA_BYTE, at) & 255);
        if (Float.float16ToFloat(Float.floatToFloat16(scale)) != scale) {
          return false;
        }
      }
    }
    return true;
  }

  private static void floats(Layout layout, TensorType... types) {
    for (TensorType type : types) {
      FORMS.put(type, new Form(layout, Codebook.SIGNED, null));
    }
  }

  private static void coded(TensorType type, Layout layout, Codebook codebook, Supplier<BlockCodes> blocks) {
    FORMS.put(type, new Form(layout, codebook, blocks));
  }
}
