package dev.tern.architecture;

import dev.tern.architecture.huggingface.HuggingFaceForm;
import dev.tern.error.CheckpointException;
import dev.tern.layer.Network;
import java.util.List;

/** The families that can be built. */
public final class Architectures {
  private static final List<Architecture> ALL =
      List.of(
          new Bert(),
          new DeepSeek2(),
          new FalconH1(),
          new Gemma2(),
          new Gemma3(),
          new Gpt2(),
          new GptOss(),
          new Granite(),
          new GraniteHybrid(),
          new Jamba(),
          new KimiLinear(),
          new Lfm2(),
          new Llama(),
          new Mamba(),
          new MiniMax(),
          new NemotronH(),
          new ModernBert(),
          new Olmo2(),
          new Olmoe(),
          new Phi3(),
          new Qwen2(),
          new Qwen3(),
          new Qwen35(),
          new Rwkv7(),
          new SmolLm3());

  private Architectures() {}

  /** The ids of all families, in alphabetical order. */
  public static List<String> ids() {
    return ALL.stream().flatMap(architecture -> architecture.ids().stream()).sorted().toList();
  }

  /** The forms of Hugging Face directories that can be read. */
  static List<HuggingFaceForm> huggingFace() {
    return ALL.stream().flatMap(architecture -> architecture.huggingFace().stream()).toList();
  }

  /** The forms of Hugging Face directories that have the architecture of a configuration. */
  public static List<HuggingFaceForm> huggingFace(Config config) {
    return of(config).huggingFace().stream().filter(form -> form.architecture().equals(config.architecture())).toList();
  }

  /** Builds the network of a checkpoint; refuses unknown families and tensors that no layer uses. */
  public static Network build(Config config, Tensors tensors) {
    Network network = of(config).build(config, tensors);
    tensors.requireAllUsed();
    return network;
  }

  static Architecture of(Config config) {
    for (Architecture architecture : ALL) {
      if (architecture.ids().contains(config.architecture())) {
        return architecture;
      }
    }
    throw new CheckpointException(
        "%s: architecture '%s' is not supported; supported are %s"
            .formatted(config.metadata().source(), config.architecture(), String.join(", ", ids())));
  }
}
