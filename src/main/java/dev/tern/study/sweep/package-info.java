/** Studies: what a YAML file describes is measured job by job in processes of their own, and kept as JSON lines. */
package dev.tern.study.sweep;
