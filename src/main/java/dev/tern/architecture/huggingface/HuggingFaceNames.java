package dev.tern.architecture.huggingface;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Full tensor names of one form as GGUF's. */
final class HuggingFaceNames {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:(?:model|language_model|transformer|backbone|encoder|bert|roberta|distilbert)\\.)*"
              + "(?:(?:layers|layer|h|blocks)\\.(\\d{1,9})\\.)?(.+)");

  /**
   * Parts of models that see or hear beside the language model, heads of training alone, and buffers that are computed
   * anew.
   */
  private static final Pattern NOT_NEEDED =
      Pattern.compile(
          "(?:model\\.)?(?:vision_tower|vision_model|visual|multi_modal_projector|audio_tower|mtp)\\..*"
              + "|cls\\.seq_relationship\\..*|(?:.*\\.)?(?:rotary_emb\\.inv_freq|position_ids|token_type_ids)");

  private final HuggingFaceForm form;

  HuggingFaceNames(HuggingFaceForm form) {
    this.form = form;
  }

  /** The tensors of GGUF that are made of this one; empty if the name is unknown. */
  Optional<List<Target>> find(String name) {
    Matcher parts = PARTS.matcher(modern(name));
    if (!parts.matches()) {
      return Optional.empty();
    }
    String layer = parts.group(1);
    return layer == null
        ? form.model(parts.group(2))
        : form.layer(parts.group(2)).map(targets -> targets.stream().map(target -> inLayer(target, layer)).toList());
  }

  /** Files that were converted from TensorFlow call weight and bias of norms otherwise. */
  private static String modern(String name) {
    return name.replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
        .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
  }

  private static Target inLayer(Target target, String layer) {
    return new Target("blk." + layer + "." + target.name(), target.derivation());
  }

  /** The layer that a tensor belongs to, or -1. */
  static int layer(String name) {
    Matcher parts = PARTS.matcher(name);
    return parts.matches() && parts.group(1) != null ? Integer.parseInt(parts.group(1)) : -1;
  }

  static boolean isNeeded(String name) {
    return !NOT_NEEDED.matcher(name).matches();
  }
}
