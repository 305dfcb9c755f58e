/**
 * Weights that were quantized before they were published, in the forms of Hugging Face's tools, as tensors of types
 * that are read anyway. Codes and scales are kept as they are wherever a block format of GGUF can hold them.
 */
package dev.tern.architecture.huggingface.quantized;
