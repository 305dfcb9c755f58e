package dev.tern.study.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tern.error.TernException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads the YAML of a study: one of ours by its name, or a file. */
public final class StudyFile {
  /** Stands for the shipped model where a model is named. */
  public static final String SHIPPED = "shipped";

  private static final ObjectMapper YAML = new YAMLMapper();

  private StudyFile() {}

  /**
   * Reads a study.
   *
   * @param name of one of ours, or a path
   * @param full whether the long form is wanted
   * @param shipped tells where the shipped model is; asked only if the study names it
   * @throws TernException naming the file, the line and what was expected there
   */
  public static Study read(String name, boolean full, Supplier<Path> shipped) {
    Study study = parse(text(name), name);
    return (full ? study.inFull(name) : study).withShipped(() -> shipped.get().toString());
  }

  private static String text(String name) {
    try (InputStream ours = name.matches("[a-z0-9-]+") ? resource(name) : null) {
      if (ours != null) {
        return new String(ours.readAllBytes(), StandardCharsets.UTF_8);
      }
      return Files.readString(Path.of(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) {
    return StudyFile.class.getResourceAsStream("/dev/tern/study/%s.yaml".formatted(name));
  }

  static Study parse(String yaml, String source) {
    try {
      Study study = YAML.readValue(yaml, Study.class);
      if (study == null) {
        throw new TernException(source + ": expected a study, found nothing");
      }
      return study;
    } catch (UnrecognizedPropertyException e) {
      String known = e.getKnownPropertyIds().stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
      throw new TernException(
          "%s%s: unknown key '%s': expected one of %s".formatted(source, line(e), e.getPropertyName(), known), e);
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof TernException cause) {
        throw new TernException("%s%s: %s".formatted(source, line(e), cause.getMessage()), e);
      }
      throw new TernException("%s%s: %s".formatted(source, line(e), e.getOriginalMessage()), e);
    } catch (JsonProcessingException e) {
      throw new TernException("%s%s: not YAML: %s".formatted(source, line(e), e.getOriginalMessage()), e);
    }
  }

  private static String line(JsonProcessingException e) {
    return e.getLocation() == null || e.getLocation().getLineNr() < 1 ? "" : ":" + e.getLocation().getLineNr();
  }
}
