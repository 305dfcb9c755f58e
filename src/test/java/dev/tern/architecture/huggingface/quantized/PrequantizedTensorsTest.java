package dev.tern.architecture.huggingface.quantized;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tern.architecture.ModelCheckpoints;
import dev.tern.architecture.huggingface.HuggingFaceFiles;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.quant.Codecs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form against what its definition says in plain floats. */
class PrequantizedTensorsTest {
  private static final int ROWS = 24;
  private static final int COLS = 96;
  private static final int GROUP = 32;
  private static final int GROUPS = COLS / GROUP;
  private static final String PREFIX = "model.layers.0.self_attn.q_proj";
  private static final int[] AWQ_ORDER = {0, 2, 4, 6, 1, 3, 5, 7};

  @TempDir Path folder;

  private final Random random = new Random(7);

  private static HuggingFaceFiles files(String quantization) {
    return new HuggingFaceFiles(
        "{'model_type':'llama','num_hidden_layers':1,'hidden_size':96,'num_attention_heads':4,"
            + "'quantization_config':{"
            + quantization
            + "}}");
  }

  private TensorView only(HuggingFaceFiles files) throws IOException {
    try (Checkpoint checkpoint = ModelCheckpoints.open(files.write(folder))) {
      assertEquals(1, checkpoint.names().size(), checkpoint.names().toString());
      return checkpoint.find("blk.0.attn_q.weight").orElseThrow();
    }
  }

  private int[][] codes(int rows, int cols, int least, int end) {
    int[][] codes = new int[rows][cols];
    for (int[] row : codes) {
      for (int i = 0; i < cols; i++) {
        row[i] = random.nextInt(least, end);
      }
    }
    return codes;
  }

  /** {@code [rows, groups]} of values that bfloat16 and half floats hold. */
  private float[][] scales(int rows, int groups) {
    float[][] scales = new float[rows][groups];
    for (float[] row : scales) {
      for (int i = 0; i < groups; i++) {
        row[i] = random.nextInt(64, 128) * 0x1p-14f;
      }
    }
    return scales;
  }

  private static float[] expected(int[][] codes, int[][] zeros, float[][] scales, IntUnaryOperator groupOf) {
    float[] values = new float[codes.length * codes[0].length];
    for (int i = 0; i < values.length; i++) {
      int row = i / codes[0].length;
      int col = i % codes[0].length;
      int group = groupOf.applyAsInt(col);
      values[i] = (codes[row][col] - zeros[row][group]) * scales[row][group];
    }
    return values;
  }

  private static int[][] constant(int rows, int cols, int value) {
    int[][] zeros = new int[rows][cols];
    for (int[] row : zeros) {
      Arrays.fill(row, value);
    }
    return zeros;
  }

  /** Packs along the second dimension; {@code order} tells which of its neighbours each place of an integer holds. */
  private static int[] pack(int[][] codes, int bits, int offset, int[] order) {
    int perInt = 32 / bits;
    int words = Math.ceilDiv(codes[0].length, perInt);
    int[] packed = new int[codes.length * words];
    for (int row = 0; row < codes.length; row++) {
      for (int i = 0; i < words * perInt; i++) {
        int col = i / perInt * perInt + (order == null ? i % perInt : order[i % perInt]);
        int code = col < codes[0].length ? codes[row][col] + offset : 0;
        packed[row * words + i / perInt] |= (code & (1 << bits) - 1) << bits * (i % perInt);
      }
    }
    return packed;
  }

  private static int[][] transposed(int[][] matrix) {
    int[][] result = new int[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[0].length; j++) {
        result[j][i] = matrix[i][j];
      }
    }
    return result;
  }

  private static short[] halves(float[][] values, boolean transpose) {
    int rows = values.length;
    int cols = values[0].length;
    short[] halves = new short[rows * cols];
    for (int i = 0; i < halves.length; i++) {
      float value = transpose ? values[i % rows][i / rows] : values[i / cols][i % cols];
      halves[i] = Float.floatToFloat16(value);
    }
    return halves;
  }

  private static short[] bfloats(float[][] values) {
    int cols = values[0].length;
    short[] shorts = new short[values.length * cols];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) (Float.floatToRawIntBits(values[i / cols][i % cols]) >>> 16);
    }
    return shorts;
  }

  private static float[] decoded(TensorView tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    Codecs.of(tensor.type()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }

  private HuggingFaceFiles gptq(String settings, int bits, int[][] codes, int[][] storedZeros, float[][] scales) {
    return files("'quant_method':'gptq','bits':" + bits + settings)
        .ints(PREFIX + ".qweight", flatTransposed(codes, bits), COLS * bits / 32, ROWS)
        .ints(PREFIX + ".qzeros", pack(transposed(storedZeros), bits, 0, null), GROUPS, ROWS * bits / 32)
        .shorts(PREFIX + ".scales", TensorType.F16, halves(scales, true), GROUPS, ROWS);
  }

  /** Packs along the inputs, which are the rows of the file. */
  private static int[] flatTransposed(int[][] codes, int bits) {
    int words = codes[0].length * bits / 32;
    int[] packed = pack(codes, bits, 0, null);
    int[] result = new int[packed.length];
    for (int i = 0; i < packed.length; i++) {
      result[i % words * codes.length + i / words] = packed[i];
    }
    return result;
  }

  @Test
  void gptqWithoutZeroPointsIsQ4() throws IOException {
    int[][] codes = codes(ROWS, COLS, 0, 16);
    float[][] scales = scales(ROWS, GROUPS);
    TensorView found = only(gptq("", 4, codes, constant(ROWS, GROUPS, 7), scales));
    assertEquals(TensorType.Q4_0, found.type());
    assertArrayEquals(expected(codes, constant(ROWS, GROUPS, 8), scales, col -> col / GROUP), decoded(found));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gptq", "gptq_v2"})
  void gptqWithZeroPointsIsQ5(String format) throws IOException {
    int[][] codes = codes(ROWS, COLS, 0, 16);
    int[][] zeros = codes(ROWS, GROUPS, 0, 16);
    int[][] stored = new int[ROWS][GROUPS];
    for (int i = 0; i < ROWS * GROUPS; i++) {
      stored[i / GROUPS][i % GROUPS] = zeros[i / GROUPS][i % GROUPS] - (format.equals("gptq") ? 1 : 0) & 15;
    }
    float[][] scales = scales(ROWS, GROUPS);
    TensorView found = only(gptq(",'checkpoint_format':'" + format + "'", 4, codes, stored, scales));
    assertEquals(TensorType.Q5_0, found.type());
    assertArrayEquals(expected(codes, zeros, scales, col -> col / GROUP), decoded(found));
  }

  @Test
  void gptqOfEightBitsIsQ8() throws IOException {
    int[][] codes = codes(ROWS, COLS, 0, 256);
    float[][] scales = scales(ROWS, GROUPS);
    TensorView found = only(gptq("", 8, codes, constant(ROWS, GROUPS, 127), scales));
    assertEquals(TensorType.Q8_0, found.type());
    assertArrayEquals(expected(codes, constant(ROWS, GROUPS, 128), scales, col -> col / GROUP), decoded(found));
  }

  @Test
  void gptqWithColumnsInTheOrderOfTheirActivationsIsDecoded() throws IOException {
    int[][] codes = codes(ROWS, COLS, 0, 16);
    float[][] scales = scales(ROWS, GROUPS);
    int[] groupOf = random.ints(COLS, 0, GROUPS).toArray();
    TensorView found =
        only(gptq("", 4, codes, constant(ROWS, GROUPS, 7), scales).ints(PREFIX + ".g_idx", groupOf, COLS));
    assertEquals(TensorType.F16, found.type());
    // A code of four bits times a scale of seven fits a half float.
    assertArrayEquals(expected(codes, constant(ROWS, GROUPS, 8), scales, col -> groupOf[col]), decoded(found));
  }

  @Test
  void gptqWithListedButEvenGroupsStaysInBlocks() throws IOException {
    int[] groupOf = IntStream.range(0, COLS).map(col -> 2 - col / GROUP).toArray();
    int[][] codes = codes(ROWS, COLS, 0, 16);
    float[][] scales = scales(ROWS, GROUPS);
    TensorView found =
        only(gptq("", 4, codes, constant(ROWS, GROUPS, 7), scales).ints(PREFIX + ".g_idx", groupOf, COLS));
    assertEquals(TensorType.Q4_0, found.type());
    assertArrayEquals(expected(codes, constant(ROWS, GROUPS, 8), scales, col -> 2 - col / GROUP), decoded(found));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void awq(boolean hasFileOfItsOwn) throws IOException {
    int[][] codes = codes(ROWS, COLS, 0, 16);
    int[][] zeros = codes(ROWS, GROUPS, 0, 16);
    float[][] scales = scales(ROWS, GROUPS);
    HuggingFaceFiles files =
        hasFileOfItsOwn
            ? new HuggingFaceFiles(
                "{'model_type':'llama','num_hidden_layers':1,'hidden_size':96,'num_attention_heads':4}")
            : files("'quant_method':'awq','bits':4,'group_size':32,'version':'gemm'");
    if (hasFileOfItsOwn) {
      Files.writeString(
          folder.resolve("quant_config.json"),
          "{\"zero_point\":true,\"q_group_size\":32,\"w_bit\":4,\"version\":\"GEMM\"}");
    }
    TensorView found =
        only(
            files
                .ints(PREFIX + ".qweight", pack(transposed(codes), 4, 0, AWQ_ORDER), COLS, ROWS / 8)
                .ints(PREFIX + ".qzeros", pack(transposed(zeros), 4, 0, AWQ_ORDER), GROUPS, ROWS / 8)
                .shorts(PREFIX + ".scales", TensorType.F16, halves(scales, true), GROUPS, ROWS));
    assertEquals(TensorType.Q5_0, found.type());
    assertArrayEquals(expected(codes, zeros, scales, col -> col / GROUP), decoded(found));
  }

  private static HuggingFaceFiles compressed(String format) {
    return files("'quant_method':'compressed-tensors','format':'" + format + "'");
  }

  @ParameterizedTest
  @CsvSource({"4, Q4_0", "8, Q8_0"})
  void compressedTensorsPacked(int bits, TensorType type) throws IOException {
    int half = 1 << bits - 1;
    int[][] codes = codes(ROWS, COLS, -half, half);
    float[][] scales = scales(ROWS, GROUPS);
    TensorView found =
        only(
            compressed("pack-quantized")
                .ints(PREFIX + ".weight_packed", pack(codes, bits, half, null), ROWS, COLS * bits / 32)
                .shorts(PREFIX + ".weight_scale", TensorType.BF16, bfloats(scales), ROWS, GROUPS)
                .longs(PREFIX + ".weight_shape", new long[] {ROWS, COLS}, 2));
    assertEquals(type, found.type());
    assertArrayEquals(expected(codes, constant(ROWS, GROUPS, 0), scales, col -> col / GROUP), decoded(found));
  }

  @Test
  void compressedTensorsPackedWithZeroPointsAndListedGroups() throws IOException {
    int[][] codes = codes(ROWS, COLS, -8, 8);
    int[][] zeros = codes(ROWS, GROUPS, -8, 8);
    float[][] scales = scales(ROWS, GROUPS);
    int[] groupOf = random.ints(COLS, 0, GROUPS).toArray();
    TensorView found =
        only(
            compressed("pack-quantized")
                .ints(PREFIX + ".weight_packed", pack(codes, 4, 8, null), ROWS, COLS / 8)
                .ints(PREFIX + ".weight_zero_point", transposedWords(zeros), ROWS / 8, GROUPS)
                .ints(PREFIX + ".weight_g_idx", groupOf, COLS)
                .shorts(PREFIX + ".weight_scale", TensorType.BF16, bfloats(scales), ROWS, GROUPS)
                .longs(PREFIX + ".weight_shape", new long[] {ROWS, COLS}, 2));
    assertEquals(TensorType.F16, found.type());
    assertArrayEquals(expected(codes, zeros, scales, col -> groupOf[col]), decoded(found));
  }

  /** Zero points are packed along the rows. */
  private static int[] transposedWords(int[][] zeros) {
    int[] packed = pack(transposed(zeros), 4, 8, null);
    int words = zeros.length / 8;
    int[] result = new int[packed.length];
    for (int i = 0; i < packed.length; i++) {
      result[i % words * zeros[0].length + i / words] = packed[i];
    }
    return result;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void compressedTensorsOfBytes(boolean perRow) throws IOException {
    int[][] codes = codes(ROWS, COLS, -128, 128);
    float[][] all = scales(ROWS, 1);
    for (float[] row : all) {
      row[0] = perRow ? row[0] : 0.0123f;
    }
    byte[] bytes = new byte[ROWS * COLS];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) codes[i / COLS][i % COLS];
    }
    HuggingFaceFiles files =
        compressed("int-quantized")
            .bytes(PREFIX + ".weight", TensorType.I8, bytes, ROWS, COLS)
            .named(PREFIX + ".input_scale", "model.layers.0.self_attn.k_scale");
    TensorView found =
        only(
            perRow
                ? files.shorts(PREFIX + ".weight_scale", TensorType.BF16, bfloats(all), ROWS, 1)
                : files.floats(PREFIX + ".weight_scale", new float[] {0.0123f}, 1));
    assertEquals(TensorType.Q8_0, found.type());
    float[] expected = expected(codes, constant(ROWS, 1, 0), all, col -> 0);
    float[] values = decoded(found);
    for (int i = 0; i < values.length; i++) {
      assertEquals(expected[i], values[i], perRow ? 0 : Math.abs(expected[i]) * 0x1p-11f);
    }
  }

  private byte[] floats8(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (random.nextInt(0, 0x7f) | random.nextInt(2) << 7);
    }
    return bytes;
  }

  private static float[] decoded8(byte[] bytes) {
    float[] values = new float[bytes.length];
    Codecs.of(TensorType.F8_E4M3).decode(MemorySegment.ofArray(bytes), 0, values, 0, values.length);
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    // scale tensor, its shape, rows and columns of a scale, a power of two
    "fp8, weight_scale, '', 24, 96, false",
    "fp8, weight_scale_inv, 1, 24, 96, true",
    "fbgemm_fp8, weight_scale, '24,1', 1, 96, false",
    "compressed-tensors, weight_scale, '24', 1, 96, false",
    "fp8, weight_scale_inv, '2,3', 16, 40, false",
    "fp8, weight_scale_inv, '2,3', 16, 40, true"
  })
  void floatsOfEightBits(String method, String name, String shape, int rows, int cols, boolean power)
      throws IOException {
    byte[] bytes = floats8(ROWS * COLS);
    int scaleCols = Math.ceilDiv(COLS, cols);
    float[] scales = new float[Math.ceilDiv(ROWS, rows) * scaleCols];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = power ? Math.scalb(1f, -random.nextInt(6, 12)) : random.nextFloat(1e-4f, 1e-2f);
    }
    long[] dimensions =
        shape.isEmpty() ? new long[0] : Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray();
    TensorView found =
        only(
            files("'quant_method':'" + method + "','weight_block_size':[16,40]")
                .bytes(PREFIX + ".weight", TensorType.F8_E4M3, bytes, ROWS, COLS)
                .floats(PREFIX + "." + name, scales, dimensions)
                .named(PREFIX + ".input_scale"));
    assertEquals(power ? TensorType.BF16 : TensorType.F16, found.type());
    float[] plain = decoded8(bytes);
    float[] values = decoded(found);
    for (int i = 0; i < values.length; i++) {
      float expected = plain[i] * scales[i / COLS / rows * scaleCols + i % COLS / cols];
      assertEquals(expected, values[i], power ? 0 : Math.max(Math.abs(expected) * 0x1p-11f, 0x1p-25f));
    }
  }

  @Test
  void microscaledBlocksOfStackedExperts() throws IOException {
    int experts = 3;
    int rows = 10;
    int blocks = 2;
    byte[] codes = new byte[experts * rows * blocks * 16];
    random.nextBytes(codes);
    byte[] scales = new byte[experts * rows * blocks];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (byte) random.nextInt(110, 130);
    }
    float[] values = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
    String prefix = "model.layers.0.mlp.experts.gate_up_proj";
    HuggingFaceFiles files =
        new HuggingFaceFiles(
                "{'model_type':'gpt_oss','num_hidden_layers':1,'hidden_size':64,'num_attention_heads':4,"
                    + "'quantization_config':{'quant_method':'mxfp4'}}")
            .bytes(prefix + "_blocks", TensorType.U8, codes, experts, rows, blocks, 16)
            .bytes(prefix + "_scales", TensorType.U8, scales, experts, rows, blocks);
    try (Checkpoint checkpoint = ModelCheckpoints.open(files.write(folder))) {
      TensorView gate = checkpoint.find("blk.0.ffn_gate_exps.weight").orElseThrow();
      TensorView up = checkpoint.find("blk.0.ffn_up_exps.weight").orElseThrow();
      assertEquals(TensorType.MXFP4, gate.type());
      assertEquals(List.of(3L, 5L, 64L), up.shape());
      float[][] found = {decoded(gate), decoded(up)};
      for (int i = 0; i < experts * rows * 64; i++) {
        int row = i / 64;
        int code = codes[i / 2] >> 4 * (i % 2) & 15;
        float expected = values[code] * Math.scalb(1f, (scales[i / 32] & 255) - 127);
        assertEquals(expected, found[row % 2][row / 2 * 64 + i % 64], 0);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'quant_method':'bitsandbytes','load_in_4bit':true | quant_method': expected gptq, awq, compressed-tensors,",
        "'bits':4 | quantization_config.quant_method': expected gptq",
        "'quant_method':'gptq','bits':3 | quantization_config.bits': expected 4 or 8, found 3",
        "'quant_method':'gptq','bits':4,'checkpoint_format':'marlin' | checkpoint_format': expected gptq",
        "'quant_method':'awq','bits':4,'version':'gemv' | version': expected gemm",
        "'quant_method':'compressed-tensors','format':'nvfp4-pack-quantized' | format': expected dense, float",
        "'quant_method':'compressed-tensors','sparsity_config':{'format':'sparse-24-bitmask'} | sparsity_config.format",
        "'quant_method':'fp8','weight_block_size':[128] | weight_block_size': expected rows and columns",
      })
  void refusesMethodsByName(String quantization, String message) throws IOException {
    Path directory = files(quantization).named("x").write(folder);
    String found = assertThrows(CheckpointException.class, () -> ModelCheckpoints.open(directory)).getMessage();
    assertTrue(found.contains(message), found);
  }

  private String malformed(HuggingFaceFiles files) throws IOException {
    try (Checkpoint checkpoint = ModelCheckpoints.open(files.write(folder))) {
      return assertThrows(CheckpointException.class, () -> checkpoint.find("blk.0.attn_q.weight")).getMessage();
    }
  }

  @Test
  void refusesPartsThatDoNotFit() throws IOException {
    int[][] codes = codes(ROWS, COLS, 0, 16);
    float[][] scales = scales(ROWS, GROUPS);
    int[] groupOf = new int[COLS];
    groupOf[5] = GROUPS;
    String message =
        malformed(gptq("", 4, codes, constant(ROWS, GROUPS, 7), scales).ints(PREFIX + ".g_idx", groupOf, COLS));
    assertTrue(message.contains("q_proj.g_idx': expected groups below 3, found 3"), message);
    message = malformed(files("'quant_method':'gptq','bits':4").ints(PREFIX + ".qweight", new int[8], 2, 4));
    assertTrue(message.startsWith(folder + ": tensor '" + PREFIX + ".scales' is missing"), message);
    HuggingFaceFiles wrong =
        files("'quant_method':'fp8'")
            .bytes(PREFIX + ".weight", TensorType.F8_E4M3, new byte[ROWS * COLS], ROWS, COLS)
            .floats(PREFIX + ".weight_scale_inv", new float[5], 5, 1);
    message = malformed(wrong);
    assertTrue(message.contains("weight_scale_inv': expected scales of [24, 96] in blocks of [128, 128]"), message);
  }
}
