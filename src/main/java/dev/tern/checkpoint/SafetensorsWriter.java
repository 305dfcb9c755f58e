package dev.tern.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes safetensors files. */
public final class SafetensorsWriter {
  /** So that the values of every type are aligned in a mapped file. */
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Begins a file. The tensors are laid out by falling size of their values and then in the order given.
   *
   * @param metadata goes to {@code __metadata__}
   */
  public static TensorWriter create(Path path, Map<String, String> metadata, Collection<TensorInfo> tensors) {
    ObjectNode header = Json.MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = header.putObject(SafetensorsHeader.METADATA_KEY);
      metadata.forEach(node::put);
    }
    Map<String, TensorWriter.Range> ranges = layOut(path.toString(), header, tensors);
    long dataBytes = ranges.values().stream().mapToLong(TensorWriter.Range::bytes).sum();
    return TensorWriter.create(path, start(header), ranges, dataBytes);
  }

  private static Map<String, TensorWriter.Range> layOut(
      String source, ObjectNode header, Collection<TensorInfo> tensors) {
    List<TensorInfo> sorted =
        tensors.stream().sorted(Comparator.comparing(tensor -> -tensor.type().blockBytes())).toList();
    Map<String, TensorWriter.Range> ranges = new LinkedHashMap<>();
    long end = 0;
    for (TensorInfo tensor : sorted) {
      String subject = Messages.tensor(tensor.name());
      if (!SafetensorsHeader.TYPES.containsValue(tensor.type())) {
        throw Messages.mismatch(source, subject, "a type that safetensors has", tensor.type());
      }
      if (header.has(tensor.name()) || tensor.name().equals(SafetensorsHeader.METADATA_KEY)) {
        throw Messages.mismatch(source, subject, "a name that occurs once", "it twice");
      }
      ObjectNode node = header.putObject(tensor.name()).put("dtype", tensor.type().name());
      tensor.check(source).shape().forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(end).add(end + tensor.bytes());
      ranges.put(tensor.name(), new TensorWriter.Range(end, tensor.bytes()));
      end += tensor.bytes();
    }
    return ranges;
  }

  /** The length and the header, padded with spaces. */
  private static byte[] start(ObjectNode header) {
    try {
      byte[] json = Json.MAPPER.writeValueAsBytes(header);
      int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
      byte[] padding = " ".repeat(length - json.length).getBytes(StandardCharsets.US_ASCII);
      return new LittleEndianWriter().int64(length).bytes(json).bytes(padding).toByteArray();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is always written", e);
    }
  }
}
