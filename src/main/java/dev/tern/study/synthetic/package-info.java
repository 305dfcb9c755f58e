/** Layers and networks of any shape with random weights: for measurements that depend on shapes and types only. */
package dev.tern.study.synthetic;
