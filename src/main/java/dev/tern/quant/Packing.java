package dev.tern.quant;

import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** Packs matrices from file form into compute layouts, in parallel over panels. */
public final class Packing {
  /** Bytes of the file after which its pages are given back to the system. */
  private static final long RELEASE = 1L << 19;

  private Packing() {}

  /**
   * The layout that holds the values of a file type; MXFP4 with scales beyond half floats is packed to BF16 instead.
   */
  public static Layout layoutOf(TensorType type) {
    return form(type).layout();
  }

  /** Packs all rows of a tensor into the layout that fits its type; see {@link Form}. */
  public static Weights pack(TensorView tensor, NativeMemory memory) {
    return pack(RowSource.of(tensor), memory);
  }

  /** Packs rows into the layout that fits their type, without loss. */
  public static Weights pack(RowSource source, NativeMemory memory) {
    Form form = form(source.type()).fitted(source);
    return pack(source, form, packer(source.type(), form), memory);
  }

  /**
   * Leaves rows where they are; they are packed whenever they are needed, see {@link #panels(Weights, int, int, int,
   * MemorySegment)}.
   */
  static Weights leave(RowSource source) {
    Form form = form(source.type()).fitted(source);
    return new Weights(
        source.name(), form.layout(), form.codebook(), source.rows(), source.cols(), MemorySegment.NULL, source);
  }

  /**
   * Packs panels of a matrix that is still in its file.
   *
   * @param first row of panel 0 of {@code data}, a multiple of the rows of a panel
   * @param from first panel to be packed, counted from there
   */
  public static void panels(Weights weights, int first, int from, int to, MemorySegment data) {
    RowSource file = weights.file();
    PanelPacker packer = packer(file.type(), form(file.type()).fitted(weights.layout()));
    long panelBytes = weights.layout().panelBytes(weights.cols());
    for (int panel = from; panel < to; panel++) {
      MemorySegment part = data.asSlice(panel * panelBytes, panelBytes).fill((byte) 0);
      packer.pack(file, first + panel * Layout.PANEL, part);
    }
  }

  /** Packs rows into a matrix of floats that has their shape and zero-filled memory. */
  public static void fill(RowSource source, Weights weights) {
    PanelPacker packer = floatPacker(source.type(), weights.layout());
    panels(source, weights.layout(), packer, 0, Layout.panels(weights.rows()), weights.data());
  }

  /**
   * Quantizes rows as if they had been stored as another type, and packs them. Columns need be no multiple of its block
   * size.
   */
  public static Weights pack(RowSource source, TensorType as, NativeMemory memory) {
    Form form = form(as);
    if (form.blocks() == null) {
      return pack(source, form, floatPacker(source.type(), form.layout()), memory);
    }
    PanelPacker packer = new RecodingPacker(Codecs.of(source.type()), Codecs.of(as), packer(as, form));
    return pack(source, form, source.type() == as ? packer(as, form) : packer, memory);
  }

  /** Packs rows into a layout of choice, rounding to a type that it holds. */
  public static Weights pack(RowSource source, Layout layout, NativeMemory memory) {
    TensorType as =
        switch (layout) {
          case F32 -> TensorType.F32;
          case F16 -> TensorType.F16;
          case BF16 -> TensorType.BF16;
          case Q4 -> TensorType.Q4_0;
          case Q4_K -> TensorType.Q4_K;
          case Q4_K16 -> TensorType.Q3_K;
          case Q8 -> TensorType.Q8_0;
          case Q8_MIN -> TensorType.Q5_1;
          case Q8_K -> TensorType.Q5_K;
          case Q8_K16 -> TensorType.Q6_K;
        };
    return pack(source, as, memory);
  }

  /** Packs row-major floats {@code [rows, cols]}. */
  public static Weights pack(String name, float[] values, int rows, int cols, Layout layout, NativeMemory memory) {
    return pack(RowSource.of(name, values, rows, cols), layout, memory);
  }

  private static Form form(TensorType type) {
    Form form = Form.all().get(type);
    if (form == null) {
      throw new CheckpointException("Type %s is not supported for weights".formatted(type));
    }
    return form;
  }

  private static PanelPacker packer(TensorType type, Form form) {
    return form.blocks() == null ? floatPacker(type, form.layout()) : new CodePacker(form.layout(), form.blocks());
  }

  private static PanelPacker floatPacker(TensorType type, Layout layout) {
    boolean same = type == TensorType.BF16 && layout == Layout.BF16 || type == TensorType.F16 && layout == Layout.F16;
    return same ? new ShortPacker() : new FloatPacker(Codecs.of(type), layout);
  }

  private static Weights pack(RowSource source, Form form, PanelPacker packer, NativeMemory memory) {
    Layout layout = form.layout();
    int panels = Layout.panels(source.rows());
    int step = Math.clamp(RELEASE / (source.rowBytes() * Layout.PANEL), 1, Math.max(1, panels));
    MemorySegment data = memory.allocate(layout.bytes(source.rows(), source.cols()));
    IntStream.range(0, Math.ceilDiv(panels, step))
        .parallel()
        .forEach(group -> panels(source, layout, packer, group * step, Math.min(group * step + step, panels), data));
    return new Weights(source.name(), layout, form.codebook(), source.rows(), source.cols(), data);
  }

  private static void panels(
      RowSource source, Layout layout, PanelPacker packer, int first, int last, MemorySegment data) {
    long panelBytes = layout.panelBytes(source.cols());
    for (int panel = first; panel < last; panel++) {
      packer.pack(source, panel * Layout.PANEL, data.asSlice(panel * panelBytes, panelBytes));
    }
    source.release(first * Layout.PANEL, last * Layout.PANEL);
  }
}
