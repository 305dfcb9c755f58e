package dev.tern.quant;

import dev.tern.tensor.NativeMemory;

/** What the matrices of a checkpoint become when a model is loaded. */
public enum WeightForm {
  /** Packed into compute layouts; the file is needed no longer. */
  PACKED {
    @Override
    public Weights load(RowSource rows, NativeMemory memory) {
      return Packing.pack(rows, memory);
    }
  },
  /** Left in the file, which must stay open: loads at once, and packs strips of rows whenever they are needed. */
  FILE {
    @Override
    public Weights load(RowSource rows, NativeMemory memory) {
      return Packing.leave(rows);
    }
  };

  /** The matrix of these rows. */
  public abstract Weights load(RowSource rows, NativeMemory memory);
}
