package dev.tern.checkpoint;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes GGUF checkpoints of version 3. */
public final class GgufWriter {
  private static final int VERSION = 3;

  private final String source;
  private final Map<String, GgufValue> values;
  private final Map<String, TensorWriter.Range> ranges = new LinkedHashMap<>();
  private final int alignment;
  private long dataBytes;

  private GgufWriter(String source, Map<String, GgufValue> values) {
    this.source = source;
    this.values = values;
    this.alignment = GgufPart.alignment(source, values);
  }

  /**
   * Begins a file.
   *
   * @param values metadata in their order; {@code general.alignment} is heeded, 32 without it
   * @param tensors in the order of the file
   */
  public static TensorWriter create(Path path, Map<String, GgufValue> values, Collection<TensorInfo> tensors) {
    GgufWriter writer = new GgufWriter(path.toString(), values);
    byte[] header = writer.header(tensors);
    return TensorWriter.create(path, header, writer.ranges, writer.dataBytes);
  }

  /** All that precedes the tensor data, padded. */
  static byte[] header(Map<String, GgufValue> values, Collection<TensorInfo> tensors) {
    return new GgufWriter("header", values).header(tensors);
  }

  private byte[] header(Collection<TensorInfo> tensors) {
    LittleEndianWriter out = new LittleEndianWriter();
    out.int32(GgufPart.MAGIC).int32(VERSION).int64(tensors.size()).int64(values.size());
    GgufValueWriter valueWriter = new GgufValueWriter(source, out);
    values.forEach(valueWriter::write);
    tensors.forEach(tensor -> entry(out, tensor.check(source)));
    return (tensors.isEmpty() ? out : out.align(alignment)).toByteArray();
  }

  private void entry(LittleEndianWriter out, TensorInfo tensor) {
    requireRepresentable(tensor);
    out.text(tensor.name()).int32(tensor.shape().size());
    tensor.shape().reversed().forEach(out::int64);
    out.int32(tensor.type().id()).int64(dataBytes);
    if (ranges.put(tensor.name(), new TensorWriter.Range(dataBytes, tensor.bytes())) != null) {
      throw Messages.mismatch(source, Messages.tensor(tensor.name()), "a name that occurs once", "it twice");
    }
    dataBytes += Math.ceilDiv(tensor.bytes(), alignment) * alignment;
  }

  private void requireRepresentable(TensorInfo tensor) {
    String subject = Messages.tensor(tensor.name());
    if (tensor.type().id() < 0) {
      throw Messages.mismatch(source, subject, "a type that GGUF has", tensor.type());
    }
    int rank = tensor.shape().size();
    if (rank < 1 || rank > GgufPart.MAX_RANK || tensor.shape().contains(0L)) {
      throw Messages.mismatch(source, subject, "1 to 4 dimensions above 0", "shape " + tensor.shape());
    }
  }
}
