package dev.tern.layer;

/** An adapter and how strongly it acts. */
public record WeightedAdapter(Adaptation adapter, float weight) {}
