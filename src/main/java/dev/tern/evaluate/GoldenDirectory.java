package dev.tern.evaluate;

import dev.tern.architecture.BuildOptions;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.LoadedModel;
import dev.tern.error.CheckpointException;
import dev.tern.kernel.ActivationPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A directory with reference results and the checkpoint they belong to, in one or two forms. */
public record GoldenDirectory(Path path) {
  /** Forms of a checkpoint. */
  public enum Form {
    GGUF("gguf", "model.gguf"),
    HUGGING_FACE("hf", "config.json");

    private final String label;
    private final String file;

    Form(String label, String file) {
      this.label = label;
      this.file = file;
    }

    /** A short name. */
    public String label() {
      return label;
    }

    /** What to open in a directory that has this form. */
    public Path source(Path directory) {
      return this == GGUF ? directory.resolve(file) : directory;
    }
  }

  /** Refuses a directory without reference results or without a checkpoint. */
  public static GoldenDirectory open(Path path) {
    if (!Golden.isAt(path)) {
      throw new CheckpointException("%s: expected a directory with %s, found none".formatted(path, Golden.FILE));
    }
    GoldenDirectory directory = new GoldenDirectory(path);
    if (directory.forms().isEmpty()) {
      throw new CheckpointException("%s: expected model.gguf or config.json, found neither".formatted(path));
    }
    return directory;
  }

  /** The forms of a checkpoint that lie at a path: of a directory perhaps both, of a file its own. */
  public static List<Path> sources(Path path) {
    List<Path> sources = new GoldenDirectory(path).forms().stream().map(form -> form.source(path)).toList();
    return sources.isEmpty() ? List.of(path) : sources;
  }

  public String name() {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  /** The forms that are there. */
  public List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    for (Form form : Form.values()) {
      if (Files.exists(path.resolve(form.file))) {
        forms.add(form);
      }
    }
    return forms;
  }

  /**
   * Runs one form in every way, in exact arithmetic.
   *
   * @param threads 0 for the default
   */
  public List<Verification.Result> verify(Form form, int threads) {
    var options = new LoadedModel.Options(threads, 0, ActivationPrecision.F32, BuildOptions.DEFAULT);
    try (Checkpoint checkpoint = ModelCheckpoints.open(form.source(path));
        LoadedModel model = LoadedModel.load(checkpoint, options)) {
      return new Verification(model, Golden.read(path)).run();
    }
  }
}
