/** A checkpoint in, a checkpoint out: GGUF files of any block format, from GGUF files and Hugging Face directories. */
package dev.tern.convert;
