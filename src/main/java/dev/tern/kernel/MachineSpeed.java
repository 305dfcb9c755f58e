package dev.tern.kernel;

/**
 * What bounds every kernel on this machine, measured with loops that do nothing else: decoding reads all weights per
 * token, prefill multiplies and adds.
 *
 * @param threads that worked at once
 * @param vectorBits width of the vectors
 * @param readBytesPerSecond from memory beyond the caches
 * @param flopsPerSecond of f32 fused multiply-adds, counted as two
 */
public record MachineSpeed(int threads, int vectorBits, double readBytesPerSecond, double flopsPerSecond) {}
