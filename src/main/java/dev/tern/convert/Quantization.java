package dev.tern.convert;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufValue;
import dev.tern.checkpoint.GgufWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorWriter;
import dev.tern.error.TernException;
import dev.tern.tensor.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Writes a checkpoint as a GGUF file, tensor by tensor: no more than one is in memory. */
public final class Quantization {
  private final Checkpoint checkpoint;
  private final QuantizationOptions options;
  private List<String> notes = List.of();

  public Quantization(Checkpoint checkpoint, QuantizationOptions options) {
    this.checkpoint = checkpoint;
    this.options = options;
  }

  /**
   * A tensor that was written.
   *
   * @param error relative root mean square, 0 for an exact copy
   */
  public record Written(TensorInfo tensor, double error) {}

  /** Follows the work. */
  public interface Listener {
    /**
     * @param values of all tensors so far
     * @param allValues of all tensors
     */
    void written(Written tensor, long values, long allValues);
  }

  /**
   * Writes the file; it appears when it is whole.
   *
   * @param go asked before each tensor; when false nothing is left behind
   * @return whether the file was written
   * @throws dev.tern.error.CheckpointException if the architecture, a tensor or the tokenizer cannot be written
   */
  public boolean write(Path out, Listener listener, BooleanSupplier go) {
    requireOther(out);
    List<SourceTensor> tensors = SourceTensors.of(checkpoint);
    TensorTypes types =
        new TensorTypes(options.scheme(), options.overrides(), tensors.stream().map(SourceTensor::name).toList());
    List<TensorInfo> infos = new ArrayList<>();
    for (SourceTensor tensor : tensors) {
      TensorType type = types.of(tensor.as(tensor.type()));
      infos.add(tensor.as(isInteger(tensor.type()) ? tensor.type() : type));
    }
    Map<String, GgufValue> metadata = GgufMetadata.of(checkpoint, tensors, options.scheme());
    notes = Portability.notes(metadata, infos.stream().map(TensorInfo::name).toList());
    long all = infos.stream().mapToLong(TensorInfo::size).sum();
    long done = 0;
    try (TensorWriter writer = GgufWriter.create(out, metadata, infos)) {
      for (int i = 0; i < tensors.size(); i++) {
        if (!go.getAsBoolean()) {
          return false;
        }
        done += infos.get(i).size();
        listener.written(write(tensors.get(i), infos.get(i), writer), done, all);
      }
      writer.finish();
    }
    return true;
  }

  /** Of the file that was written last: what it has that other runtimes do not know, a line each. */
  public List<String> notes() {
    return notes;
  }

  private Written write(SourceTensor tensor, TensorInfo info, TensorWriter writer) {
    try (NativeMemory memory = NativeMemory.expecting(info.bytes())) {
      TensorEncoder.Encoded encoded = TensorEncoder.encode(tensor, info.type(), options.importance(), memory);
      writer.write(info.name(), encoded.data());
      return new Written(info, encoded.error());
    }
  }

  /** Integers are no weights: they are copied. */
  private static boolean isInteger(TensorType type) {
    return switch (type) {
      case I8, I16, I32, I64 -> true;
      default -> false;
    };
  }

  private void requireOther(Path out) {
    try {
      if (Files.isDirectory(out)) {
        throw new TernException(out + ": expected the name of a file to write, found a directory");
      }
      if (Files.exists(out) && (Files.isSameFile(out, checkpoint.path()) || isPart(out))) {
        throw new TernException(out + ": expected another file to write than the one that is read");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a file is one of those that a split checkpoint consists of. */
  private boolean isPart(Path out) throws IOException {
    String numbers = "-\\d{5}-of-(\\d{5}\\.gguf)$";
    String read = checkpoint.path().getFileName().toString();
    String written = out.getFileName().toString();
    Path folder = checkpoint.path().toAbsolutePath().getParent();
    return read.matches(".*" + numbers)
        && Files.isSameFile(folder, out.toAbsolutePath().getParent())
        && read.replaceFirst(numbers, "$1").equals(written.replaceFirst(numbers, "$1"));
  }
}
