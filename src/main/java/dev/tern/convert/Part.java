package dev.tern.convert;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a matrix is for, as far as the choice of its type depends on it. */
enum Part {
  OUTPUT("output"),
  EMBEDDING("token_embd"),
  KEY("attn_k"),
  VALUE("attn_v|attn_kv_b|attn_v_b"),
  FUSED("attn_qkv"),
  ATTENTION_OUTPUT("attn_output"),
  /** The way out of a feed-forward or of its experts. */
  DOWN("ffn_down(?:_exps|_shexp)?(?:\\.\\d+)?"),
  EXPERTS("ffn_(?:gate|up)(?:_exps|\\.\\d+)"),
  /** Steps, gates and ranks of recurrent mixers: few values, on which a whole state hangs. */
  GATE("ssm_(?:alpha|beta|ba|x|dt|[fg]_[ab])|time_mix_[wavg][12]"),
  OTHER("");

  private static final Pattern IN_LAYER = Pattern.compile("blk\\.(\\d{1,9})\\.(.+)");

  private final Pattern names;

  Part(String names) {
    this.names = Pattern.compile(names);
  }

  /** The part that a tensor is, by its name in GGUF. */
  static Part of(String tensor) {
    String name = tensor.endsWith(".weight") ? tensor.substring(0, tensor.length() - ".weight".length()) : tensor;
    Matcher inLayer = IN_LAYER.matcher(name);
    String local = inLayer.matches() ? inLayer.group(2) : name;
    for (Part part : values()) {
      if (part.names.matcher(local).matches()) {
        return part;
      }
    }
    return OTHER;
  }

  /** The layer of a tensor, or -1. */
  static int layer(String tensor) {
    Matcher inLayer = IN_LAYER.matcher(tensor);
    return inLayer.matches() ? Integer.parseInt(inLayer.group(1)) : -1;
  }

  /** Whether the tensor belongs to experts of which a token visits a few. */
  static boolean isExpert(String tensor) {
    return tensor.matches(".*\\.ffn_(?:gate|up|down)(?:_exps|\\.\\d+)\\.weight");
  }
}
