package dev.tern.quant;

import java.lang.foreign.MemorySegment;

/** Quantizes rows while they are packed: decodes them, encodes them as another file type and packs that. */
record RecodingPacker(BlockCodec decoder, BlockCodec encoder, PanelPacker packer) implements PanelPacker {
  @Override
  public void pack(RowSource source, int row, MemorySegment panel) {
    int size = encoder.type().blockSize();
    int padded = Math.ceilDiv(source.cols(), size) * size;
    int rowBytes = Math.toIntExact(encoder.type().bytes(padded));
    int rows = Math.min(Layout.PANEL, source.rows() - row);
    MemorySegment blocks = MemorySegment.ofArray(new byte[rows * rowBytes]);
    float[] values = new float[padded];
    for (int r = 0; r < rows; r++) {
      decoder.decode(source.data(), source.offset(row + r), values, 0, source.cols());
      encoder.encode(values, 0, padded, null, blocks, (long) r * rowBytes);
    }
    packer.pack(new RowSource(source.name(), encoder.type(), rows, padded, blocks, null), 0, panel);
  }
}
