package dev.tern.architecture.huggingface.quantized;

import dev.tern.architecture.huggingface.Derivations;
import dev.tern.checkpoint.TensorType;
import dev.tern.checkpoint.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * MXFP4 as gpt-oss publishes it: {@code x_blocks [experts, rows, cols / 32, 16]} with two codes in each byte, the even
 * column low, and exponents {@code x_scales [experts, rows, cols / 32]}. The weight keeps the name {@code x_blocks}:
 * its matrices are {@code [outputs, inputs]}, unlike those of {@code x} in bfloat16.
 */
final class MicroscaledBlocks implements QuantizationMethod {
  private static final String BLOCKS = "_blocks";
  private static final int CODE_BYTES = 16;
  private static final int BLOCK_BYTES = TensorType.MXFP4.blockBytes();

  @Override
  public Optional<QuantizedWeight> weight(TensorView tensor, Function<String, Optional<TensorView>> tensors) {
    if (!tensor.name().endsWith(BLOCKS)) {
      return Optional.empty();
    }
    String name = tensor.name().substring(0, tensor.name().length() - BLOCKS.length());
    Parts parts = new Parts(name, tensors);
    return Optional.of(
        new QuantizedWeight(tensor.name(), List.of(name + "_scales"), () -> blocks(tensor, parts.require("_scales"))));
  }

  private static TensorView blocks(TensorView codes, TensorView scales) {
    List<Long> shape = codes.shape();
    if (shape.size() < 3 || codes.cols() != CODE_BYTES || codes.type() != TensorType.U8) {
      throw Derivations.unexpected(codes, "U8 blocks [experts, rows, blocks, 16]");
    }
    int blocks = Math.toIntExact(shape.get(shape.size() - 2));
    int rows = blocks == 0 ? 0 : codes.rows() / blocks;
    Parts.check(scales, TensorType.U8, rows, blocks);
    MemorySegment data = Derivations.allocate((long) rows * blocks * BLOCK_BYTES);
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              for (long block = (long) row * blocks; block < (row + 1L) * blocks; block++) {
                data.set(ValueLayout.JAVA_BYTE, block * BLOCK_BYTES, scales.data().get(ValueLayout.JAVA_BYTE, block));
                codes(codes.data(), block * CODE_BYTES, data, block * BLOCK_BYTES + 1);
              }
            });
    List<Long> matrices = Stream.concat(shape.subList(0, shape.size() - 2).stream(), Stream.of(32L * blocks)).toList();
    return new TensorView(codes.name(), TensorType.MXFP4, matrices, data);
  }

  /** From neighbours in a byte to column i in the low half and column 16 + i in the high half of byte i. */
  private static void codes(MemorySegment from, long at, MemorySegment to, long out) {
    for (int i = 0; i < CODE_BYTES; i++) {
      int low = code(from, at, i);
      int high = code(from, at, i + CODE_BYTES);
      to.set(ValueLayout.JAVA_BYTE, out + i, (byte) (high << 4 | low));
    }
  }

  private static int code(MemorySegment from, long at, int column) {
    return from.get(ValueLayout.JAVA_BYTE, at + column / 2) >> 4 * (column % 2) & 15;
  }
}
