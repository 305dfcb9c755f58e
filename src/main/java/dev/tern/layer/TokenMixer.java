package dev.tern.layer;

/** Carries information from earlier positions of a sequence to later ones. */
public non-sealed interface TokenMixer extends Mixer {}
