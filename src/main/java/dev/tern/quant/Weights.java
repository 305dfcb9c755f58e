package dev.tern.quant;

import java.lang.foreign.MemorySegment;

/**
 * A matrix {@code [rows, cols]} in native memory in a compute layout.
 *
 * @param name the tensor it came from, for messages
 */
public record Weights(String name, Layout layout, int rows, int cols, MemorySegment data) {}
