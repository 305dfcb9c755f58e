package dev.tern.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.GgufFile;
import dev.tern.checkpoint.GgufValue;
import dev.tern.checkpoint.GgufWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.checkpoint.TensorWriter;
import dev.tern.error.TernException;
import dev.tern.quant.Codecs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizationTest {
  private static final int COLS = 512;

  @TempDir Path folder;

  private Path model(Map<String, float[]> tensors) {
    Path path = folder.resolve("in.gguf");
    List<TensorInfo> infos = new ArrayList<>();
    tensors.forEach((name, values) -> infos.add(new TensorInfo(name, TensorType.F32, shape(values.length))));
    try (TensorWriter writer = GgufWriter.create(path, Map.of("general.architecture", GgufValue.of("llama")), infos)) {
      tensors.forEach((name, values) -> writer.write(name, MemorySegment.ofArray(values)));
      writer.finish();
    }
    return path;
  }

  private static List<Long> shape(int size) {
    return size % COLS == 0 && size > COLS ? List.of((long) size / COLS, (long) COLS) : List.of((long) size);
  }

  private static float[] random(int size, int seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Map<String, float[]> layers(int count) {
    Map<String, float[]> tensors = new TreeMap<>();
    tensors.put("token_embd.weight", random(8 * COLS, 1));
    tensors.put("output_norm.weight", random(COLS, 2));
    for (int layer = 0; layer < count; layer++) {
      for (String part : List.of("attn_q", "attn_v", "ffn_down", "ffn_gate_inp")) {
        tensors.put("blk.%d.%s.weight".formatted(layer, part), random(4 * COLS, 10 * layer));
      }
    }
    return tensors;
  }

  private Map<String, Double> quantize(Path in, QuantizationOptions options) {
    Map<String, Double> errors = new TreeMap<>();
    try (Checkpoint checkpoint = GgufFile.open(in)) {
      assertTrue(
          new Quantization(checkpoint, options)
              .write(out(), (tensor, done, all) -> errors.put(tensor.tensor().name(), tensor.error()), () -> true));
    }
    return errors;
  }

  private Path out() {
    return folder.resolve("out.gguf");
  }

  private static TensorType type(GgufFile file, String name) {
    return file.find(name).orElseThrow().type();
  }

  @ParameterizedTest
  @EnumSource
  void reportsTheErrorThatTheFileHas(Scheme scheme) {
    Map<String, float[]> tensors = layers(1);
    Map<String, Double> errors = quantize(model(tensors), QuantizationOptions.of(scheme));
    try (GgufFile file = GgufFile.open(out())) {
      assertEquals(scheme.base(), type(file, "blk.0.attn_q.weight"));
      assertEquals((long) scheme.fileType(), file.metadata().integer("general.file_type"));
      assertEquals("llama", file.metadata().text("general.architecture"));
      for (TensorView tensor : file.tensors()) {
        float[] values = new float[(int) tensor.size()];
        Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
        double error = relativeError(tensors.get(tensor.name()), values);
        assertEquals(error, errors.get(tensor.name()), 1e-9, tensor.name());
        assertTrue(error < 0.6, tensor.name() + " " + error);
      }
    }
  }

  private static double relativeError(float[] values, float[] found) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < values.length; i++) {
      difference += Math.pow((double) found[i] - values[i], 2);
      norm += (double) values[i] * values[i];
    }
    return Math.sqrt(difference / norm);
  }

  @Test
  void mixturesGiveDelicatePartsMoreBits() {
    quantize(model(layers(8)), QuantizationOptions.of(Scheme.Q4_K_M));
    try (GgufFile file = GgufFile.open(out())) {
      assertEquals(TensorType.Q6_K, type(file, "token_embd.weight"), "tied, so also the output");
      assertEquals(TensorType.F32, type(file, "output_norm.weight"));
      assertEquals(TensorType.F32, type(file, "blk.0.ffn_gate_inp.weight"));
      assertEquals(TensorType.Q6_K, type(file, "blk.0.attn_v.weight"));
      assertEquals(TensorType.Q4_K, type(file, "blk.1.attn_v.weight"));
      assertEquals(TensorType.Q6_K, type(file, "blk.3.ffn_down.weight"));
      assertEquals(TensorType.Q6_K, type(file, "blk.7.ffn_down.weight"));
      assertEquals(TensorType.Q4_K, type(file, "blk.7.attn_q.weight"));
    }
  }

  @Test
  void overridesComeFirst() {
    List<TypeOverride> overrides = List.of(TypeOverride.parse("blk\\.1.*q\\.=q8_0"), TypeOverride.parse("attn_q=F16"));
    quantize(model(layers(2)), new QuantizationOptions(Scheme.Q4_0, overrides, Importance.NONE));
    try (GgufFile file = GgufFile.open(out())) {
      assertEquals(TensorType.F16, type(file, "blk.0.attn_q.weight"));
      assertEquals(TensorType.Q8_0, type(file, "blk.1.attn_q.weight"));
      assertEquals(TensorType.Q4_0, type(file, "blk.1.attn_v.weight"));
    }
    assertThrows(TernException.class, () -> TypeOverride.parse("attn_q"));
    assertThrows(TernException.class, () -> TypeOverride.parse("attn_q=q9_9"));
    assertThrows(TernException.class, () -> TypeOverride.parse("(=q8_0"));
  }

  @Test
  void narrowMatricesGetSmallerBlocks() {
    TensorTypes types = new TensorTypes(Scheme.Q4_K_M, List.of(), List.of("output.weight"));
    assertEquals(TensorType.Q5_0, types.of(new TensorInfo("blk.0.attn_q.weight", TensorType.F32, List.of(4L, 96L))));
    assertEquals(TensorType.Q8_0, types.of(new TensorInfo("output.weight", TensorType.F32, List.of(4L, 96L))));
    assertEquals(TensorType.BF16, types.of(new TensorInfo("blk.0.attn_q.weight", TensorType.F32, List.of(4L, 40L))));
  }

  @Test
  void importanceLessensTheErrorWhereItLies() {
    Map<String, float[]> tensors = layers(1);
    Path in = model(tensors);
    float[] weights = new float[COLS];
    for (int i = 0; i < COLS; i++) {
      weights[i] = i % 32 < 4 ? 100 : 1;
    }
    QuantizationOptions plain = QuantizationOptions.of(Scheme.Q4_0);
    Importance importance = new Importance(Map.of("blk.0.attn_q", weights), false);
    double before = weightedError(in, plain, tensors, weights);
    double after = weightedError(in, new QuantizationOptions(Scheme.Q4_0, List.of(), importance), tensors, weights);
    assertTrue(after < 0.95 * before, after + " against " + before);
  }

  private double weightedError(Path in, QuantizationOptions options, Map<String, float[]> tensors, float[] weights) {
    quantize(in, options);
    try (GgufFile file = GgufFile.open(out())) {
      TensorView tensor = file.find("blk.0.attn_q.weight").orElseThrow();
      float[] values = new float[(int) tensor.size()];
      Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += weights[i % COLS] * Math.pow((double) values[i] - tensors.get(tensor.name())[i], 2);
      }
      return sum;
    }
  }

  @Test
  void importanceOfStacksAndPartsIsFound() {
    float[] weights = {1, 2};
    float[] others = {3, 6};
    Importance importance =
        new Importance(
            Map.of(
                "blk.0.ffn_up.3",
                weights,
                "blk.0.attn_qkv.q",
                weights,
                "blk.0.attn_qkv.k",
                weights,
                "blk.0.attn_k_b.0",
                weights,
                "blk.0.attn_k_b.1",
                others),
            false);
    assertArrayEquals(weights, importance.of("blk.0.ffn_up_exps.weight", 3, 2));
    assertArrayEquals(weights, importance.of("blk.0.ffn_up.3.weight", 0, 2));
    assertArrayEquals(weights, importance.of("blk.0.attn_qkv.weight", 0, 2));
    assertArrayEquals(others, importance.of("blk.0.attn_k_b.weight", 1, 2));
    assertEquals(null, importance.of("blk.0.ffn_up_exps.weight", 2, 2));
    assertEquals(null, importance.of("blk.0.attn_q.weight", 0, 2));
    assertEquals(null, importance.of("blk.0.attn_qkv.weight", 0, 3));
  }

  @Test
  void importanceCollectedByOthersIsRead() {
    Path file = folder.resolve("imatrix");
    Map<String, float[]> tensors =
        Map.of(
            "blk.0.attn_q.weight.in_sum2", new float[] {8, 4},
            "blk.0.attn_q.weight.counts", new float[] {4},
            "blk.0.ffn_up_exps.weight.in_sum2", new float[] {3, 6, 0, 0, 5, 10},
            "blk.0.ffn_up_exps.weight.counts", new float[] {3, 0, 5});
    List<TensorInfo> infos = new ArrayList<>();
    tensors.forEach(
        (name, values) -> {
          long matrices = name.contains("exps") ? 3 : 1;
          infos.add(new TensorInfo(name, TensorType.F32, List.of(matrices, values.length / matrices)));
        });
    try (TensorWriter writer = GgufWriter.create(file, Map.of("general.type", GgufValue.of("imatrix")), infos)) {
      tensors.forEach((name, values) -> writer.write(name, MemorySegment.ofArray(values)));
      writer.finish();
    }
    assertTrue(ImportanceFile.isAt(file));
    Importance importance = ImportanceFile.read(file);
    assertArrayEquals(new float[] {2, 1}, importance.of("blk.0.attn_q.weight", 0, 2));
    assertArrayEquals(new float[] {1, 2}, importance.of("blk.0.ffn_up_exps.weight", 2, 2));
    assertEquals(null, importance.of("blk.0.ffn_up_exps.weight", 1, 2));
    Path model = model(layers(1));
    assertThrows(TernException.class, () -> ImportanceFile.read(model));
  }

  @Test
  void valuesThatAreNotFiniteAreNamed() throws IOException {
    Map<String, float[]> tensors = layers(1);
    tensors.get("blk.0.attn_q.weight")[COLS + 7] = Float.NaN;
    Path in = model(tensors);
    TernException e = assertThrows(TernException.class, () -> quantize(in, QuantizationOptions.of(Scheme.Q4_K_M)));
    assertEquals("tensor 'blk.0.attn_q.weight': row 1, column 7: expected a finite value, found NaN", e.getMessage());
    requireOnlyInput();
  }

  @Test
  void neitherInterruptedNorOverTheInput() throws IOException {
    Path in = model(layers(1));
    try (Checkpoint checkpoint = GgufFile.open(in)) {
      Quantization quantization = new Quantization(checkpoint, QuantizationOptions.of(Scheme.Q8_0));
      assertFalse(quantization.write(out(), (tensor, done, all) -> {}, () -> false));
      requireOnlyInput();
      TernException e =
          assertThrows(TernException.class, () -> quantization.write(in, (tensor, done, all) -> {}, () -> true));
      assertTrue(e.getMessage().contains("another file"), e.getMessage());
      assertThrows(TernException.class, () -> quantization.write(folder, (tensor, done, all) -> {}, () -> true));
    }
    requireOnlyInput();
  }

  private void requireOnlyInput() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of("in.gguf"), files.map(file -> file.getFileName().toString()).toList());
    }
  }
}
