package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceConfig;
import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.kernel.Activation;
import dev.tern.layer.EncoderHead;
import dev.tern.layer.EncoderHead.Task;
import dev.tern.layer.Norm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** What sits on an encoder: a classifier, a predictor of masked tokens, or nothing. */
final class EncoderHeads {
  private static final String LABELS = "classifier.output_labels";

  /** How classifiers of a family compute. */
  record Classifier(String activation, String pooling) {}

  private EncoderHeads() {}

  /** A form of an encoder with its labels. */
  static HuggingFaceForm.Builder form(String modelType, String architecture) {
    return HuggingFaceForm.builder(modelType, architecture)
        .activations("gelu")
        .only("is_decoder", false)
        .key("attention.causal", config -> false)
        .key("pooling_type", EncoderHeads::pooling)
        .key(LABELS, EncoderHeads::labels);
  }

  /** GGUF's number of how the vectors of a text become one, where the directory says: of classifiers, 4 (rank). */
  private static Long pooling(HuggingFaceConfig config) {
    if (config.texts("architectures").stream().anyMatch(name -> name.endsWith("ForSequenceClassification"))) {
      return 4L;
    }
    List<String> modes = List.of("mean_tokens", "cls_token", "lasttoken");
    return LongStream.range(0, modes.size())
        .filter(i -> config.flag("pooling_mode_" + modes.get((int) i), false))
        .mapToObj(i -> i + 1)
        .findFirst()
        .orElse(null);
  }

  private static Object labels(HuggingFaceConfig config) {
    List<String> labels = new ArrayList<>();
    while (config.has("id2label." + labels.size())) {
      labels.add(config.text("id2label." + labels.size(), ""));
    }
    return labels.isEmpty() ? null : labels.toArray(String[]::new);
  }

  /**
   * The head of tensors {@code cls} and {@code cls.output}, or {@code mlm}, {@code mlm_norm} and {@code output}.
   *
   * @param usual the activation and the pooling of classifiers where the checkpoint does not say
   */
  static EncoderHead of(Parts parts, Norm outputNorm, Classifier usual) {
    Tensors tensors = parts.tensors;
    if (tensors.has("cls.output")) {
      return new EncoderHead(
          outputNorm,
          tensors.linearIf("cls"),
          activation(parts.config, usual.activation),
          parts.normIf("cls_norm"),
          tensors.linear("cls.output"),
          parts.config.text("classifier.pooling", usual.pooling).equals("mean")
              ? Task.CLASSIFY_MEAN
              : Task.CLASSIFY_FIRST);
    }
    if (tensors.has("mlm") || tensors.has("output") || tensors.has("output.bias")) {
      String dense = tensors.has("mlm") ? "mlm" : "cls";
      tensors.ignore(name -> dense.equals("mlm") && name.startsWith("cls."));
      return new EncoderHead(
          outputNorm,
          tensors.linearIf(dense),
          Activation.GELU,
          parts.normIf(dense + "_norm"),
          parts.outputLinear(),
          Task.MASKED_TOKEN);
    }
    tensors.ignore(name -> name.startsWith("cls.") || name.contains("pooler."));
    return new EncoderHead(outputNorm, null, Activation.IDENTITY, null, null, Task.NONE);
  }

  private static Activation activation(Config config, String fallback) {
    String name = config.text("classifier.activation", fallback);
    return switch (name) {
      case "tanh" -> Activation.TANH;
      case "relu" -> Activation.RELU;
      case "gelu" -> Activation.GELU;
      default -> throw config.invalid("classifier.activation", "tanh, relu or gelu", name.toLowerCase(Locale.ROOT));
    };
  }
}
