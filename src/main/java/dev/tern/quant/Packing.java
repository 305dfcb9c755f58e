package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** Packs matrices from file form into compute layouts, in parallel over panels. */
public final class Packing {
  private Packing() {}

  /** Packs all rows of a tensor into the layout that fits its type. */
  public static Weights pack(TensorView tensor, NativeMemory memory) {
    return pack(RowSource.of(tensor), memory);
  }

  /** Packs rows into the layout that fits their type. */
  public static Weights pack(RowSource source, NativeMemory memory) {
    return pack(source, layoutOf(source.type()), memory);
  }

  /** Packs rows into a layout of choice, rounding to it where it cannot hold the values of the source. */
  public static Weights pack(RowSource source, Layout layout, NativeMemory memory) {
    PanelPacker packer = packer(source.type(), layout);
    MemorySegment data = memory.allocate(layout.bytes(source.rows(), source.cols()));
    long panelBytes = layout.panelBytes(source.cols());
    IntStream.range(0, Layout.panels(source.rows()))
        .parallel()
        .forEach(panel -> packer.pack(source, panel * Layout.PANEL, data.asSlice(panel * panelBytes, panelBytes)));
    return new Weights(source.name(), layout, source.rows(), source.cols(), data);
  }

  /** Packs row-major floats {@code [rows, cols]}. */
  public static Weights pack(String name, float[] values, int rows, int cols, Layout layout, NativeMemory memory) {
    return pack(RowSource.of(name, values, rows, cols), layout, memory);
  }

  /** The layout that holds the values of a file type. */
  public static Layout layoutOf(TensorType type) {
    return switch (type) {
      case F16 -> Layout.F16;
      case BF16 -> Layout.BF16;
      case Q4_0 -> Layout.Q4;
      case Q8_0 -> Layout.Q8;
      default -> Layout.F32;
    };
  }

  private static PanelPacker packer(TensorType type, Layout layout) {
    if (type == TensorType.Q4_0 && layout == Layout.Q4) {
      return BlockPackers::q4;
    }
    if (type == TensorType.Q8_0 && layout == Layout.Q8) {
      return BlockPackers::q8;
    }
    return new FloatPacker(Codecs.of(type), layout);
  }
}
