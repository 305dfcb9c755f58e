/**
 * Hugging Face directories in the terms of GGUF, so that one family file reads both: {@link
 * dev.tern.architecture.huggingface.HuggingFaceCheckpoint} is the view, {@link
 * dev.tern.architecture.huggingface.HuggingFaceForm} what a family declares beyond the common names, keys and values.
 */
package dev.tern.architecture.huggingface;
