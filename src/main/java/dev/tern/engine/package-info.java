/** Pushes batches of tokens through a network while each sequence keeps its own state. */
package dev.tern.engine;
