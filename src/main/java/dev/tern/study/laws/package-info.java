/** Scaling laws: how loss depends on parameters, tokens, compute and experts, fitted to tables of training runs. */
package dev.tern.study.laws;
