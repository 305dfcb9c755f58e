/** What the measurements of a study say: curves, fits and crossovers with their uncertainty, panel by panel. */
package dev.tern.study.panels;
