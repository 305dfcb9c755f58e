/**
 * One file per family: which blocks, in which order, from which metadata and tensors. A family file reads {@link
 * dev.tern.architecture.Config} and {@link dev.tern.architecture.Tensors}, never a file, and builds a {@link
 * dev.tern.layer.Network}. {@link dev.tern.architecture.Architectures} lists them.
 */
package dev.tern.architecture;
