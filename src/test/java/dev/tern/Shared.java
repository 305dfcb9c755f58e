package dev.tern;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Where the given material lies beside the project: too large or not ours to be copied into it. */
public final class Shared {
  private Shared() {}

  /** A file or directory below {@code shared}; the test is skipped where it is absent. */
  public static Path path(String relative) {
    Optional<Path> found = find(relative);
    Assumptions.assumeTrue(found.isPresent(), "skipped: no shared/" + relative);
    return found.orElseThrow();
  }

  /** A file or directory of {@code src/test/resources}. */
  public static Path resource(String relative) {
    return Path.of("src/test/resources").resolve(relative);
  }

  private static Optional<Path> find(String relative) {
    String chosen = System.getProperty("tern.shared", System.getenv("TERN_SHARED"));
    return Arrays.asList(chosen, "../shared", "../../shared").stream()
        .filter(Objects::nonNull)
        .map(root -> Path.of(root).resolve(relative))
        .filter(Files::exists)
        .findFirst();
  }
}
