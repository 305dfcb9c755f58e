package dev.tern.layer;

/** Works on each position alone. */
public non-sealed interface ChannelMixer extends Mixer {}
