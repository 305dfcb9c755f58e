/**
 * The public API of Tern: load a {@link dev.tern.Model}, open a {@link dev.tern.Session}, read a {@link
 * dev.tern.Generation}.
 */
package dev.tern;
