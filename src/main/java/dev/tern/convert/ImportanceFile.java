package dev.tern.convert;

import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.quant.Codecs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Importance that llama.cpp collected, in its GGUF form (tools/imatrix): sums of squares {@code NAME.in_sum2 [matrices,
 * cols]} and how many rows they are of, {@code NAME.counts [matrices, 1]}.
 */
public final class ImportanceFile {
  private static final String SUMS = ".in_sum2";

  private ImportanceFile() {}

  /** Whether a file is one rather than a text. */
  public static boolean isAt(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(4), "GGUF".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws CheckpointException if it is a GGUF file of something else
   */
  public static Importance read(Path path) {
    Map<String, float[]> columns = new HashMap<>();
    try (GgufFile file = GgufFile.open(path)) {
      for (TensorView sums : file.tensors()) {
        if (sums.name().endsWith(SUMS)) {
          add(file, sums, sums.name().substring(0, sums.name().length() - SUMS.length()), columns);
        }
      }
    }
    if (columns.isEmpty()) {
      throw new CheckpointException("%s: expected a text or tensors '*%s', found neither".formatted(path, SUMS));
    }
    return new Importance(columns, true);
  }

  private static void add(GgufFile file, TensorView sums, String tensor, Map<String, float[]> columns) {
    TensorView counts =
        file.find(tensor + ".counts")
            .filter(found -> found.size() == sums.rows())
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s: tensor '%s.counts': expected %d values, found none or others"
                            .formatted(file.path(), tensor, sums.rows())));
    float[] rows = values(counts);
    float[] squares = values(sums);
    String linear = tensor.replaceFirst("\\.weight$", "").replaceFirst("_exps$", "");
    for (int matrix = 0; matrix < rows.length; matrix++) {
      float[] means = Arrays.copyOfRange(squares, matrix * sums.cols(), (matrix + 1) * sums.cols());
      if (rows[matrix] > 0) {
        for (int i = 0; i < means.length; i++) {
          means[i] /= rows[matrix];
        }
        columns.put(rows.length == 1 ? linear : linear + "." + matrix, means);
      }
    }
  }

  private static float[] values(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }
}
