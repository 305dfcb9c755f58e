/**
 * The command line. A command is one class with picocli's annotations, listed in {@link dev.tern.cli.Main}; it parses,
 * calls the library and prints, and throws what goes wrong.
 */
package dev.tern.cli;
