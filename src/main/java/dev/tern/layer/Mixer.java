package dev.tern.layer;

import dev.tern.tensor.Activations;

/** A function of the rows of the residual stream. */
public sealed interface Mixer permits TokenMixer, ChannelMixer {
  /**
   * Computes {@code out} {@code [rows, width]} from {@code in} {@code [rows, width]}; rows are the tokens of {@code
   * pass.batch()}. {@code in} stays as it is; {@code out} is sized by the mixer.
   */
  void mix(Pass pass, Activations in, Activations out);

  /** What it is, in a few words for people. */
  String label();
}
