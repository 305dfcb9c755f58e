/** Measures models: against reference logits, against each other, against the clock. */
package dev.tern.evaluate;
