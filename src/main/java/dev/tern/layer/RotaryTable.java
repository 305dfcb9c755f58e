package dev.tern.layer;

import dev.tern.tensor.Activations;

/**
 * Rotary position embedding (Su et al. 2021): the angular frequency of each rotated pair, after whatever scaling the
 * checkpoint asks for.
 *
 * @param frequencies radians per position, one per pair: half the rotated width
 * @param magnitude factor on cosines and sines (YaRN's attention factor)
 * @param interleaved whether pairs are neighbours (2i, 2i+1) or lie half the rotated width apart
 */
public record RotaryTable(float[] frequencies, float magnitude, boolean interleaved) {
  /** Values of a head that are rotated. */
  public int width() {
    return 2 * frequencies.length;
  }

  /** Rotates every head of {@code x} {@code [rows, heads · headWidth]} by the positions of the batch. */
  public void rotate(Pass pass, Activations x, int heads) {
    pass.kernels().vector().rope(x, heads, pass.angles(this), interleaved);
  }

  /** Cosines, then sines, of each row's angles. The angle is rounded to float as reference implementations do. */
  void fill(Batch batch, Activations angles) {
    int pairs = frequencies.length;
    angles.resize(batch.size(), 2 * pairs);
    float[] data = angles.data();
    for (int row = 0; row < batch.size(); row++) {
      int at = angles.offset(row);
      for (int i = 0; i < pairs; i++) {
        float angle = batch.position(row) * frequencies[i];
        data[at + i] = magnitude * (float) Math.cos(angle);
        data[at + pairs + i] = magnitude * (float) Math.sin(angle);
      }
    }
  }
}
