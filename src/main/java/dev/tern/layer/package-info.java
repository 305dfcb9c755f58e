/**
 * The parts a network is made of. A {@link dev.tern.layer.Block} adds mixers to the residual stream: token mixers
 * (attention, recurrences) carry information between positions and keep a {@link dev.tern.layer.State} per sequence,
 * channel mixers (feed-forward, mixture of experts) work on each position alone. No layer knows which family it is in.
 */
package dev.tern.layer;
