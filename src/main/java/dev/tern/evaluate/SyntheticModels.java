package dev.tern.evaluate;

import dev.tern.checkpoint.TensorType;
import dev.tern.error.TernException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Synthetic checkpoints in the shapes of published models, named {@code synthetic:SHAPE:TYPE}. */
public final class SyntheticModels {
  /** What such names begin with. */
  public static final String PREFIX = "synthetic:";

  private static final Map<String, Shape> SHAPES =
      Map.of(
          "tinyllama", new Shape("llama", 22, 2048, 32, 4, 64, 5632, 32000, 4096),
          "qwen3-0.6b", new Shape("qwen3", 28, 1024, 16, 8, 128, 3072, 151936, 8192),
          "llama-160m", new Shape("llama", 12, 768, 12, 12, 64, 3072, 32000, 4096));

  private SyntheticModels() {}

  /** A dense decoder. */
  public record Shape(
      String architecture,
      int layers,
      int width,
      int heads,
      int kvHeads,
      int headWidth,
      int hidden,
      int vocabulary,
      int context) {}

  /** The checkpoint of a name such as {@code synthetic:tinyllama:q4_0}. */
  public static SyntheticCheckpoint open(String name) {
    String[] parts = name.substring(PREFIX.length()).split(":", -1);
    Shape shape = SHAPES.get(parts[0]);
    if (shape == null || parts.length != 2) {
      throw new TernException(
          "model '%s': expected synthetic:SHAPE:TYPE with a shape of %s"
              .formatted(name, new TreeSet<>(SHAPES.keySet())));
    }
    return of(name, shape, type(name, parts[1]));
  }

  private static TensorType type(String name, String type) {
    try {
      return TensorType.valueOf(type.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TernException("model '%s': expected a tensor type such as q4_0, found '%s'".formatted(name, type), e);
    }
  }

  /** A checkpoint of a shape. */
  public static SyntheticCheckpoint of(String name, Shape shape, TensorType type) {
    long largest = (long) shape.width * Math.max(shape.vocabulary, shape.hidden);
    SyntheticCheckpoint checkpoint = new SyntheticCheckpoint(name, metadata(shape), type, largest);
    checkpoint.matrix("token_embd.weight", shape.vocabulary, shape.width);
    for (int i = 0; i < shape.layers; i++) {
      addLayer(checkpoint, "blk." + i + ".", shape);
    }
    return checkpoint
        .vector("output_norm.weight", shape.width, 1)
        .matrix("output.weight", shape.vocabulary, shape.width);
  }

  private static void addLayer(SyntheticCheckpoint checkpoint, String prefix, Shape shape) {
    int queries = shape.heads * shape.headWidth;
    int keys = shape.kvHeads * shape.headWidth;
    checkpoint
        .vector(prefix + "attn_norm.weight", shape.width, 1)
        .matrix(prefix + "attn_q.weight", queries, shape.width)
        .matrix(prefix + "attn_k.weight", keys, shape.width)
        .matrix(prefix + "attn_v.weight", keys, shape.width)
        .matrix(prefix + "attn_output.weight", shape.width, queries)
        .vector(prefix + "ffn_norm.weight", shape.width, 1)
        .matrix(prefix + "ffn_gate.weight", shape.hidden, shape.width)
        .matrix(prefix + "ffn_up.weight", shape.hidden, shape.width)
        .matrix(prefix + "ffn_down.weight", shape.width, shape.hidden);
    if (shape.architecture.startsWith("qwen3")) {
      checkpoint
          .vector(prefix + "attn_q_norm.weight", shape.headWidth, 1)
          .vector(prefix + "attn_k_norm.weight", shape.headWidth, 1);
    }
  }

  private static Map<String, Object> metadata(Shape shape) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", shape.architecture);
    String prefix = shape.architecture + ".";
    metadata.put(prefix + "block_count", (long) shape.layers);
    metadata.put(prefix + "context_length", (long) shape.context);
    metadata.put(prefix + "embedding_length", (long) shape.width);
    metadata.put(prefix + "feed_forward_length", (long) shape.hidden);
    metadata.put(prefix + "attention.head_count", (long) shape.heads);
    metadata.put(prefix + "attention.head_count_kv", (long) shape.kvHeads);
    metadata.put(prefix + "attention.key_length", (long) shape.headWidth);
    metadata.put(prefix + "attention.value_length", (long) shape.headWidth);
    metadata.put(prefix + "attention.layer_norm_rms_epsilon", 1e-5);
    metadata.put(prefix + "rope.freq_base", 10000.0);
    metadata.put(prefix + "rope.dimension_count", (long) shape.headWidth);
    return metadata;
  }
}
