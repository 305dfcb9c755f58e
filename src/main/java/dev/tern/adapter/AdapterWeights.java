package dev.tern.adapter;

import dev.tern.checkpoint.TensorType;
import dev.tern.quant.Layout;
import dev.tern.quant.Packing;
import dev.tern.quant.RowSource;
import dev.tern.quant.Weights;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.ValueLayout;

/** Packs the matrices of adapters without loss: as BF16 where that holds every value, else as their type demands. */
final class AdapterWeights {
  private AdapterWeights() {}

  static Weights pack(RowSource source, NativeMemory memory) {
    boolean fits = source.type() == TensorType.F32 && fitsBf16(source);
    return fits ? Packing.pack(source, Layout.BF16, memory) : Packing.pack(source, memory);
  }

  /** The smallest layout of floats that holds all values. */
  static Layout floatLayout(RowSource source) {
    return switch (source.type()) {
      case BF16 -> Layout.BF16;
      case F16 -> Layout.F16;
      case F32 -> fitsBf16(source) ? Layout.BF16 : Layout.F32;
      default -> Layout.F32;
    };
  }

  private static boolean fitsBf16(RowSource source) {
    for (int row = 0; row < source.rows(); row++) {
      long at = source.offset(row);
      int lost = 0;
      for (int col = 0; col < source.cols(); col++) {
        lost |= source.data().get(ValueLayout.JAVA_INT_UNALIGNED, at + 4L * col) & 0xffff;
      }
      if (lost != 0) {
        return false;
      }
    }
    return true;
  }
}
