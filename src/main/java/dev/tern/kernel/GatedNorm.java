package dev.tern.kernel;

/**
 * An RMS norm with a multiplicative gate: {@code weight · norm(x) · activation(z)}, or {@code weight · norm(x ·
 * activation(z))} where the gate comes first.
 *
 * @param groups equal parts of a row that are normalised separately; 0 for the gate alone
 * @param weight of one group (shared) or of a whole row; null for none
 * @param eps added to the mean square
 * @param activation of the gate
 * @param gateFirst whether the gate is applied before the norm
 */
public record GatedNorm(int groups, float[] weight, float eps, Activation activation, boolean gateFirst) {}
