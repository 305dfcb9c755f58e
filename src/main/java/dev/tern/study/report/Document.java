package dev.tern.study.report;

import java.util.List;

/**
 * A report.
 *
 * @param title of the whole
 * @param summary one or two sentences
 * @param sections in order
 */
public record Document(String title, String summary, List<Section> sections) {
  /**
   * A part of a report.
   *
   * @param heading its title
   * @param contents in order
   */
  public record Section(String heading, List<Content> contents) {}
}
