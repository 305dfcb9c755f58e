package dev.tern.quant;

/** The compute layouts: what kernels read. Every file type is packed into one of these when a model is loaded. */
public enum Layout {
  /** Row-major floats. */
  F32
}
