/**
 * Adapters: fine-tunes that are kept beside a base model. What PEFT directories and GGUF files hold becomes changes of
 * the base's tensors in its own names and orders; these are bound to the linears of a network, or merged into weights.
 */
package dev.tern.adapter;
