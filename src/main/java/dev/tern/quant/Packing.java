package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** Packs matrices from file form into compute layouts, in parallel over panels. */
public final class Packing {
  private Packing() {}

  /**
   * The layout that holds the values of a file type; MXFP4 with scales beyond half floats is packed to BF16 instead.
   */
  public static Layout layoutOf(TensorType type) {
    Form form = Form.all().get(type);
    if (form == null) {
      throw new CheckpointException("Type %s is not supported for weights".formatted(type));
    }
    return form.layout();
  }

  /** Packs all rows of a tensor into the layout that fits its type; see {@link Form}. */
  public static Weights pack(TensorView tensor, NativeMemory memory) {
    return pack(RowSource.of(tensor), memory);
  }

  /** Packs rows into the layout that fits their type. */
  public static Weights pack(RowSource source, NativeMemory memory) {
    Form form = Form.of(source);
    if (form == null) {
      throw new CheckpointException(
          "tensor '%s': type %s is not supported for weights".formatted(source.name(), source.type()));
    }
    return form.blocks() == null
        ? pack(source, form.layout(), memory)
        : pack(source, form.layout(), form.codebook(), new CodePacker(form.layout(), form.blocks()), memory);
  }

  /**
   * Packs rows into a layout of choice, F32, F16, BF16, Q8 or Q4, and rounds to it where it cannot hold the values of
   * the source.
   */
  public static Weights pack(RowSource source, Layout layout, NativeMemory memory) {
    return pack(source, layout, Codebook.SIGNED, new FloatPacker(Codecs.of(source.type()), layout), memory);
  }

  /** Packs row-major floats {@code [rows, cols]}. */
  public static Weights pack(String name, float[] values, int rows, int cols, Layout layout, NativeMemory memory) {
    return pack(RowSource.of(name, values, rows, cols), layout, memory);
  }

  private static Weights pack(
      RowSource source, Layout layout, Codebook codebook, PanelPacker packer, NativeMemory memory) {
    MemorySegment data = memory.allocate(layout.bytes(source.rows(), source.cols()));
    long panelBytes = layout.panelBytes(source.cols());
    IntStream.range(0, Layout.panels(source.rows()))
        .parallel()
        .forEach(panel -> packer.pack(source, panel * Layout.PANEL, data.asSlice(panel * panelBytes, panelBytes)));
    return new Weights(source.name(), layout, codebook, source.rows(), source.cols(), data);
  }
}
