package dev.tern;

import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.Metadata;
import dev.tern.engine.Engine;
import dev.tern.engine.LoadedModel;
import dev.tern.error.TernException;
import dev.tern.layer.EncoderHead;
import dev.tern.layer.Span;
import dev.tern.tensor.Activations;
import dev.tern.tokenizer.Tokenizer;
import dev.tern.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * An encoder such as BERT in memory: texts to vectors, classes or masked tokens. Texts of different lengths run side by
 * side without padding; what a text gives does not depend on its company. May be used by several threads at once.
 */
public final class Encoder implements AutoCloseable {
  /** Tokens that go through the network together. */
  private static final int BATCH = 4096;

  private final LoadedModel loaded;
  private final Tokenizer tokenizer;
  private final List<String> labels;
  private final Pooling pooling;

  /** How the vectors of a text's tokens become one. */
  public enum Pooling {
    MEAN,
    /** The first token's. */
    CLS,
    /** The last token's. */
    LAST
  }

  /** A label and its probability. */
  public record Label(String name, double probability) {}

  private Encoder(LoadedModel loaded, Tokenizer tokenizer, List<String> labels, Pooling pooling) {
    this.loaded = loaded;
    this.tokenizer = tokenizer;
    this.labels = labels;
    this.pooling = pooling;
  }

  /** Loads an encoder. */
  public static Encoder load(Path path) {
    return load(path, ModelOptions.DEFAULT);
  }

  /**
   * Loads an encoder.
   *
   * @throws TernException if it is a decoder
   */
  public static Encoder load(Path path, ModelOptions options) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(path)) {
      Tokenizer tokenizer = Tokenizers.of(checkpoint);
      LoadedModel loaded = LoadedModel.load(checkpoint, options.forEngine());
      if (!loaded.engine().network().isEncoder()) {
        loaded.close();
        throw new TernException("%s: expected an encoder, found a decoder: use Model".formatted(path));
      }
      return new Encoder(loaded, tokenizer, labels(checkpoint.metadata()), pooling(checkpoint.metadata()));
    }
  }

  /** GGUF's numbers. */
  private static Pooling pooling(Metadata metadata) {
    String key = metadata.text("general.architecture") + ".pooling_type";
    return switch (metadata.has(key) ? metadata.count(key) : 1) {
      case 2 -> Pooling.CLS;
      case 3 -> Pooling.LAST;
      default -> Pooling.MEAN;
    };
  }

  private static List<String> labels(Metadata metadata) {
    String key = metadata.text("general.architecture") + ".classifier.output_labels";
    return metadata.has(key) ? metadata.texts(key) : List.of();
  }

  /** The pooling that the checkpoint names, or else the mean. */
  public Pooling pooling() {
    return pooling;
  }

  /** A vector of unit length per text. */
  public float[][] embed(List<String> texts, Pooling pooling) {
    return embed(texts, pooling, true);
  }

  /** A vector {@code [width]} per text, scaled to unit length if asked. */
  public float[][] embed(List<String> texts, Pooling pooling, boolean normalize) {
    float[][] vectors = new float[texts.size()][];
    encode(
        texts,
        (index, span, hidden, logits, row) -> {
          vectors[index] = pool(pooling, span, hidden);
          if (normalize) {
            normalize(vectors[index]);
          }
        });
    return vectors;
  }

  private static float[] pool(Pooling pooling, Span span, Activations hidden) {
    return switch (pooling) {
      case CLS -> row(hidden, span.row());
      case LAST -> row(hidden, span.end() - 1);
      case MEAN -> {
        double[] sums = new double[hidden.width()];
        for (int row = span.row(); row < span.end(); row++) {
          for (int i = 0; i < sums.length; i++) {
            sums[i] += hidden.data()[hidden.offset(row) + i];
          }
        }
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
          mean[i] = (float) (sums[i] / span.count());
        }
        yield mean;
      }
    };
  }

  private static void normalize(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float factor = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }

  /**
   * The labels of each text, likeliest first.
   *
   * @throws TernException if the encoder is no classifier
   */
  public List<List<Label>> classify(List<String> texts) {
    EncoderHead.Task task = head().task();
    if (task != EncoderHead.Task.CLASSIFY_FIRST && task != EncoderHead.Task.CLASSIFY_MEAN) {
      throw new TernException("the encoder has no classifier: embed its texts instead");
    }
    List<List<Label>> results = new ArrayList<>();
    encode(texts, (index, span, hidden, logits, row) -> results.add(ranked(softmax(row(logits, row)), labels())));
    return results;
  }

  /** The names of the classes. */
  public List<String> labels() {
    return labels.size() == head().outputs()
        ? labels
        : IntStream.range(0, head().outputs()).mapToObj(i -> "LABEL_" + i).toList();
  }

  private static List<Label> ranked(double[] probabilities, List<String> names) {
    return IntStream.range(0, probabilities.length)
        .mapToObj(i -> new Label(names.get(i), probabilities[i]))
        .sorted(Comparator.comparingDouble(Label::probability).reversed())
        .toList();
  }

  private static double[] softmax(float[] logits) {
    double max = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
    double[] values = IntStream.range(0, logits.length).mapToDouble(i -> Math.exp(logits[i] - max)).toArray();
    double sum = Arrays.stream(values).sum();
    return Arrays.stream(values).map(value -> value / sum).toArray();
  }

  /**
   * The likeliest tokens for each mask token of a text, {@code most} of each.
   *
   * @throws TernException if the encoder does not predict masked tokens or the text has no mask
   */
  public List<List<Label>> fillMasks(String text, int most) {
    if (head().task() != EncoderHead.Task.MASKED_TOKEN) {
      throw new TernException("the encoder does not predict masked tokens");
    }
    int mask = mask();
    int[] ids = tokenizer.encodePrompt(text);
    List<List<Label>> results = new ArrayList<>();
    loaded
        .engine()
        .encode(
            List.of(ids),
            (span, hidden, logits, row) -> {
              for (int i = 0; i < ids.length; i++) {
                if (ids[i] == mask) {
                  results.add(likeliest(softmax(row(logits, row + i)), most));
                }
              }
            });
    if (results.isEmpty()) {
      throw new TernException("expected a text with %s, found none in '%s'".formatted(tokenizer.piece(mask), text));
    }
    return results;
  }

  private int mask() {
    OptionalInt bert = tokenizer.find("[MASK]");
    return bert.isPresent()
        ? bert.getAsInt()
        : tokenizer.find("<mask>").orElseThrow(() -> new TernException("the tokenizer has no mask token"));
  }

  private List<Label> likeliest(double[] probabilities, int most) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer id) -> -probabilities[id]))
        .limit(most)
        .map(id -> new Label(tokenizer.decode(id).strip(), probabilities[id]))
        .toList();
  }

  /** Receives what a text gives. */
  @FunctionalInterface
  private interface Sink {
    void accept(int index, Span span, Activations hidden, Activations logits, int row);
  }

  private void encode(List<String> texts, Sink sink) {
    List<int[]> batch = new ArrayList<>();
    int tokens = 0;
    int first = 0;
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = tokenizer.encodePrompt(texts.get(i));
      if (tokens + ids.length > BATCH && !batch.isEmpty()) {
        run(batch, first, sink);
        batch.clear();
        tokens = 0;
        first = i;
      }
      batch.add(ids);
      tokens += ids.length;
    }
    if (!batch.isEmpty()) {
      run(batch, first, sink);
    }
  }

  private void run(List<int[]> batch, int first, Sink sink) {
    int[] index = {first};
    Engine engine = loaded.engine();
    engine.encode(batch, (span, hidden, logits, row) -> sink.accept(index[0]++, span, hidden, logits, row));
  }

  private static float[] row(Activations rows, int row) {
    return Arrays.copyOfRange(rows.data(), rows.offset(row), rows.offset(row + 1));
  }

  private EncoderHead head() {
    return (EncoderHead) loaded.engine().network().head();
  }

  /** Values of a vector. */
  public int width() {
    return loaded.engine().network().width();
  }

  @Override
  public void close() {
    loaded.close();
  }
}
