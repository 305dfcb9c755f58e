/** From a row of logits to the next token. Knows nothing of tensors. */
package dev.tern.sampling;
