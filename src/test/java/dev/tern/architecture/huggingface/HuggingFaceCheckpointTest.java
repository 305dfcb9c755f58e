package dev.tern.architecture.huggingface;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.Shared;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.Metadata;
import dev.tern.checkpoint.SafetensorsFile;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.quant.Codecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The view of a directory says what the GGUF file made of it says. */
class HuggingFaceCheckpointTest {
  private static final String TINY =
      "'model_type':'llama','num_hidden_layers':2,'hidden_size':64,'num_attention_heads':4,"
          + "'max_position_embeddings':512,'rms_norm_eps':1e-5";

  private static final List<String> FAMILIES =
      List.of(
          "llama",
          "llama3-rope",
          "llama-yarn",
          "qwen2",
          "qwen3",
          "granite",
          "olmo2",
          "smollm3",
          "gpt2",
          "gemma2",
          "gemma3",
          "gpt-oss",
          "mixtral",
          "olmoe",
          "qwen3moe",
          "deepseek2",
          "qwen35",
          "qwen35moe",
          "qwen3next",
          "mamba2",
          "granitehybrid",
          "falcon-h1",
          "lfm2",
          "lfm2moe");

  /** Families whose GGUF files have the rows of queries and keys in another order. */
  private static final Set<String> PERMUTED =
      Set.of("llama", "llama3-rope", "llama-yarn", "mixtral", "granite", "granitehybrid", "smollm3");

  /** Families whose GGUF files have the value heads of linear attention in another order. */
  private static final Set<String> TILED = Set.of("qwen35", "qwen35moe");

  /** Keys that say what is so without them. */
  private static final Set<String> IMPLIED =
      Set.of("rope.dimension_count", "attention.key_length", "attention.value_length", "vocab_size");

  @TempDir Path folder;

  private Metadata metadata(String config) throws IOException {
    try (Checkpoint checkpoint = ModelCheckpoints.open(new HuggingFaceFiles(config).named("x").write(folder))) {
      return checkpoint.metadata();
    }
  }

  private String refusal(String config, String... tensors) throws IOException {
    Path directory = new HuggingFaceFiles(config).named(tensors).write(folder);
    return assertThrows(CheckpointException.class, () -> ModelCheckpoints.open(directory)).getMessage();
  }

  @ParameterizedTest
  @FieldSource("FAMILIES")
  void hasTheTensorsOfTheGgufForm(String family) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    try (Checkpoint view = ModelCheckpoints.open(directory);
        GgufFile gguf = GgufFile.open(directory.resolve("model.gguf"))) {
      for (TensorView expected : gguf.tensors()) {
        String name = expected.name();
        if (hasAnotherOrder(family, name) || name.endsWith("_exps.weight") && !view.has(name)) {
          continue;
        }
        TensorView found =
            view.find(name)
                .or(() -> view.find(name + ".weight"))
                .orElseThrow(() -> new AssertionError(name + " is missing"));
        assertEquals(squeezed(expected), squeezed(found), name);
        assertArrayEquals(floats(expected), floats(found), 1e-6f, name);
      }
    }
  }

  private static List<Long> squeezed(TensorView tensor) {
    return tensor.shape().stream().filter(dimension -> dimension != 1).toList();
  }

  private static boolean hasAnotherOrder(String family, String name) {
    return PERMUTED.contains(family) && name.matches("blk\\.\\d+\\.attn_[qk]\\.weight")
        || TILED.contains(family) && name.matches("blk\\.\\d+\\.(ssm_(?!norm).*|attn_(qkv|gate)\\.weight)");
  }

  @ParameterizedTest
  @FieldSource("FAMILIES")
  void hasTheMetadataOfTheGgufForm(String family) {
    Path directory = Shared.resource("golden/checkpoints").resolve(family);
    try (Checkpoint view = ModelCheckpoints.open(directory);
        GgufFile gguf = GgufFile.open(directory.resolve("model.gguf"))) {
      String architecture = gguf.metadata().text("general.architecture");
      assertEquals(architecture, view.metadata().text("general.architecture"));
      for (String key : gguf.metadata().keys()) {
        Object expected = gguf.metadata().raw(key);
        boolean limit = key.equals("granitehybrid.context_length"); // a million where the file says less
        boolean implied = limit || !view.metadata().has(key) && IMPLIED.contains(key.substring(key.indexOf('.') + 1));
        if (key.startsWith(architecture + ".") && !implied) {
          assertEquals(comparable(expected), comparable(view.metadata().raw(key)), key);
        }
      }
    }
  }

  /** GGUF has 32-bit floats where JSON has decimals. */
  private static Object comparable(Object value) {
    return switch (value) {
      case Double real -> real.floatValue();
      case long[] integers -> Arrays.toString(integers);
      case null, default -> value;
    };
  }

  private static float[] floats(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }

  @Test
  void keepsTheNamesOfTheDirectory() throws IOException {
    try (Checkpoint view = ModelCheckpoints.open(Shared.resource("golden/checkpoints/gpt-oss"))) {
      TensorView derived = view.find("blk.1.ffn_up_exps.weight").orElseThrow();
      assertEquals("model.layers.1.mlp.experts.gate_up_proj", derived.name());
      assertEquals(List.of(4L, 128L, 64L), derived.shape());
      assertTrue(view.names().contains("blk.1.ffn_up_exps.bias"));
      assertFalse(view.has("blk.4.attn_q.weight"));
      assertTrue(view.tensors().stream().anyMatch(tensor -> tensor.name().equals("lm_head.weight")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // before 2024, since, and in transformers 5
        "'rope_theta':5e5,'rope_scaling':{'type':'linear','factor':2}",
        "'rope_theta':5e5,'rope_scaling':{'rope_type':'linear','factor':2.0}",
        "'rope_parameters':{'rope_theta':5e5,'rope_type':'linear','factor':2}",
        "'rope_theta':1,'text_config':{'rope_parameters':{'rope_theta':5e5,'rope_type':'linear','factor':2}}",
        "'rope_parameters':{'full_attention':{'rope_theta':5e5,'rope_type':'linear','factor':2},"
            + "'sliding_attention':{'rope_theta':1e4,'rope_type':'default'}}"
      })
  void readsRotaryScalingAsWrittenOverTheYears(String rope) throws IOException {
    Metadata metadata = metadata("{" + TINY + "," + rope + "}");
    assertEquals(5e5, metadata.real("llama.rope.freq_base"));
    assertEquals("linear", metadata.text("llama.rope.scaling.type"));
    assertEquals(2, metadata.real("llama.rope.scaling.factor"));
  }

  @Test
  void readsYarnWithTheKnobsOfDeepSeek() throws IOException {
    Metadata metadata =
        metadata(
            "{"
                + TINY
                + ",'rope_theta':1e4,'rope_scaling':{'type':'yarn','factor':40,'mscale':1.0,"
                + "'mscale_all_dim':0.5,'original_max_position_embeddings':128,'beta_fast':16,'truncate':false}}");
    assertEquals(128, metadata.count("llama.rope.scaling.original_context_length"));
    assertEquals(16, metadata.real("llama.rope.scaling.yarn_beta_fast"));
    assertEquals(0.05, metadata.real("llama.rope.scaling.yarn_log_multiplier"), 1e-12);
    double magnitude = (1 + 0.1 * Math.log(40)) / (1 + 0.05 * Math.log(40));
    assertEquals(magnitude, metadata.real("llama.rope.scaling.attn_factor"), 1e-12);
    assertFalse(metadata.flag("llama.rope.scaling.yarn_truncate", true));
  }

  @Test
  void anAttentionFactorReplacesTheOneOfYarn() throws IOException {
    Metadata metadata =
        metadata(
            "{" + TINY + ",'rope_parameters':{'rope_theta':1e4,'rope_type':'yarn','factor':4,'attention_factor':0.8}}");
    double own = 1 + 0.1 * Math.log(4);
    assertEquals(0.8, metadata.real("llama.rope.scaling.attn_factor") * own, 1e-12);
    assertEquals(512, metadata.count("llama.rope.scaling.original_context_length"));
  }

  @Test
  void readsFactorsOfLongRope() throws IOException {
    String config =
        "{'model_type':'phi3','num_hidden_layers':1,'hidden_size':32,'num_attention_heads':2,"
            + "'max_position_embeddings':512,'original_max_position_embeddings':64,'partial_rotary_factor':0.25,"
            + "'rope_scaling':{'type':'su','short_factor':[1,1.5],'long_factor':[2,4]}}";
    try (Checkpoint view = ModelCheckpoints.open(new HuggingFaceFiles(config).named("x").write(folder))) {
      assertArrayEquals(new float[] {2, 4}, floats(view.find("rope_factors_long.weight").orElseThrow()));
      assertArrayEquals(new float[] {1, 1.5f}, floats(view.find("rope_factors_short.weight").orElseThrow()));
      assertEquals("longrope", view.metadata().text("phi3.rope.scaling.type"));
      assertEquals(64, view.metadata().count("phi3.rope.scaling.original_context_length"));
      assertEquals(4, view.metadata().count("phi3.rope.dimension_count"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'sliding_window':8,'layer_types':['sliding_attention','full_attention'] | 8 | true,false",
        "'sliding_window':8,'sliding_window_pattern':2 | 8 | true,false",
        "'sliding_window':8,'use_sliding_window':true,'max_window_layers':1 | 8 | false,true",
        "'sliding_window':8 | 8 | ",
        "'sliding_window':8,'use_sliding_window':false,'max_window_layers':1 | | ",
        "'sliding_window':null | | ",
      })
  void readsWindowsAsWrittenOverTheYears(String keys, Long window, String pattern) throws IOException {
    Metadata metadata = metadata("{" + TINY + "," + keys + "}");
    assertEquals(window, metadata.raw("llama.attention.sliding_window"));
    boolean[] flags = (boolean[]) metadata.raw("llama.attention.sliding_window_pattern");
    assertEquals(pattern, flags == null ? null : flags[0] + "," + flags[1]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model_type':'starcoder9'} | key 'model_type': expected one of bert, ",
        "{} | found ''",
        "{'model_type':'llama','hidden_size':64} | key 'num_hidden_layers': expected",
        "{'model_type':'llama','hidden_size':'wide','num_hidden_layers':2} | key 'hidden_size': expected an integer",
        "{" + TINY + ",'hidden_act':'gelu'} | key 'hidden_act': expected ",
        "{" + TINY + ",'rope_scaling':{'type':'dynamic','factor':2}} | found dynamic",
        "{" + TINY + ",'partial_rotary_factor':1e9} | key 'partial_rotary_factor': expected a share",
        "{" + TINY + ",'head_dim':2000000000,'partial_rotary_factor':0.5} | key 'head_dim': expected at most 65536",
        "{'model_type':'llama','hidden_size':64,'n_layer':2000000000,'sliding_window':4,'sliding_window_pattern':2}"
            + " | key 'n_layer': expected at most 65536",
        "{" + TINY + ",'tie_word_embeddings':false,'architectures':['LlamaForCausalLM']} | 'lm_head.weight' is missing",
      })
  void refusesByName(String config, String message) throws IOException {
    String found = refusal(config, "model.norm.weight");
    assertTrue(found.contains(message), found);
    assertTrue(found.startsWith(folder.toString()), found);
  }

  @Test
  void refusesTwoTensorsOfOneMeaning() throws IOException {
    String message = refusal("{" + TINY + "}", "model.norm.weight", "transformer.ln_f.weight");
    assertTrue(
        message.contains("'model.norm.weight' and 'transformer.ln_f.weight' are both 'output_norm.weight'"), message);
  }

  @Test
  void leavesOutWhatTheLanguageModelDoesNotNeed() throws IOException {
    Path directory =
        new HuggingFaceFiles("{" + TINY + ",'tie_word_embeddings':true,'num_nextn_predict_layers':1}")
            .named(
                "lm_head.weight",
                "model.visual.blocks.0.norm1.weight",
                "model.layers.0.self_attn.rotary_emb.inv_freq",
                "model.layers.2.self_attn.q_proj.weight",
                "model.layers.1.strange")
            .write(folder);
    try (Checkpoint view = ModelCheckpoints.open(directory)) {
      assertEquals(Set.of("model.layers.1.strange"), Set.copyOf(view.names()));
    }
  }

  @Test
  void namesTheFileOfATensorThatCannotBeDerived() throws IOException {
    String config =
        "{"
            + TINY.replace("llama", "deepseek_v2")
            + ",'qk_nope_head_dim':8,'v_head_dim':8,"
            + "'qk_rope_head_dim':8,'kv_lora_rank':16}";
    Path directory = new HuggingFaceFiles(config).named("model.layers.0.self_attn.kv_b_proj.weight").write(folder);
    try (Checkpoint view = ModelCheckpoints.open(directory)) {
      String message = assertThrows(CheckpointException.class, () -> view.find("blk.0.attn_k_b.weight")).getMessage();
      assertTrue(
          message.startsWith(folder + ": tensor 'model.layers.0.self_attn.kv_b_proj.weight': expected"), message);
    }
  }

  @Test
  void readsEncodersAsPublishedIn2018() throws IOException {
    Path golden = Shared.resource("golden/checkpoints/bert");
    HuggingFaceFiles files = new HuggingFaceFiles(Files.readString(golden.resolve("config.json")));
    try (SafetensorsFile source = SafetensorsFile.open(golden.resolve("model.safetensors"))) {
      for (TensorView tensor : source.tensors()) {
        String name =
            tensor.name().replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
        files.tensor(name, tensor.type(), tensor.data(), tensor.shape().stream().mapToLong(Long::longValue).toArray());
      }
      files.named("bert.embeddings.position_ids", "cls.seq_relationship.weight").write(folder);
    }
    try (Checkpoint view = ModelCheckpoints.open(folder);
        Checkpoint plain = ModelCheckpoints.open(golden)) {
      assertEquals(Set.copyOf(plain.names()), Set.copyOf(view.names()));
      assertTrue(view.has("blk.0.layer_output_norm.bias"));
    }
  }
}
