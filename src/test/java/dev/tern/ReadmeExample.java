package dev.tern;

import java.nio.file.Path;

/** The embedding example of README.md. */
final class ReadmeExample {
  private ReadmeExample() {}

  // README
  static void main() {
    try (Model model = Model.load(Path.of("models/java-6m-q8_0.gguf"));
        Session session = model.session()) {
      Generation answer =
          session.generate("public static", new GenerationOptions().maxTokens(60).temperature(0.7).seed(1));
      for (String part : answer) {
        System.out.print(part);
      }
      System.out.printf("%n%.0f tokens/s%n", answer.usage().decodeTokensPerSecond());
    }
  }
  // end
}
