/** The exceptions of the public API. A leaf: every other package may throw them. */
package dev.tern.error;
