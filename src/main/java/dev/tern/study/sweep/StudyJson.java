package dev.tern.study.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tern.error.TernException;

/** Jobs and measurements as JSON, one to a line. */
final class StudyJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private StudyJson() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of a study has no JSON", e);
    }
  }

  /** Reads a line; {@code where} tells of it in errors. */
  static <T> T read(String line, Class<T> type, String where) {
    try {
      return MAPPER.readValue(line, type);
    } catch (JsonProcessingException e) {
      throw new TernException("%s: expected a %s, found %s".formatted(where, type.getSimpleName(), line), e);
    }
  }
}
