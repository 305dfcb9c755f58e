package dev.tern.adapter;

import dev.tern.checkpoint.TensorView;
import dev.tern.error.CheckpointException;
import dev.tern.quant.RowSource;
import java.nio.file.Path;
import java.util.List;

/**
 * The tensors of one low-rank change as a file has them.
 *
 * @param down {@code [rank, in]}; of an embedding {@code [vocabulary, rank]}
 * @param up {@code [out, rank]}; of an embedding {@code [width, rank]}
 * @param magnitude {@code [out]} or null
 */
record LowRankTensors(Path file, TensorView down, TensorView up, float scale, TensorView magnitude) {
  LowRankTensors {
    if (!Float.isFinite(scale)) {
      throw new CheckpointException(
          "%s: tensor '%s': expected a finite scale, found %s".formatted(file, up.name(), scale));
    }
  }

  /**
   * The change of a matrix of the base.
   *
   * @param huggingFace whether rows and columns are in the order of Hugging Face, else of GGUF
   * @param chosen which rows of the module are those of the matrix, or null for all
   */
  TensorChange.LowRank of(AdapterBase base, String target, boolean huggingFace, int[] chosen) {
    requireRank();
    require(down, 1, base.cols(target), base, target);
    if (chosen == null) {
      require(up, 0, base.rows(target), base, target);
    } else if (chosen.length != base.rows(target)) {
      throw base.misfit(file, up.name(), "with %d rows of it".formatted(base.rows(target)), up.shape(), target);
    }
    TargetOrder order = TargetOrder.of(base, target, huggingFace, chosen);
    return new TensorChange.LowRank(
        order.byColumns(down), order.byRows(up), scale, magnitude == null ? null : order.byRows(lengths()));
  }

  /** The change of the token embedding. */
  TensorChange.EmbeddingLowRank ofEmbedding(AdapterBase base) {
    String target = AdapterBase.EMBEDDING;
    if (magnitude != null) {
      throw new CheckpointException(
          "%s: tensor '%s': DoRA is not supported on embeddings".formatted(file, magnitude.name()));
    }
    require(down, 0, base.rows(target), base, target);
    require(up, 0, base.cols(target), base, target);
    if (down.cols() != up.cols()) {
      throw ranks(down.cols());
    }
    return new TensorChange.EmbeddingLowRank(RowSource.of(down), RowSource.of(up), scale);
  }

  private void require(TensorView tensor, int dimension, long expected, AdapterBase base, String target) {
    List<Long> shape = tensor.shape();
    if (shape.size() != 2 || shape.get(dimension) != expected) {
      String wanted = dimension == 0 ? "[%d, rank]".formatted(expected) : "[rank, %d]".formatted(expected);
      throw base.misfit(file, tensor.name(), wanted, shape, target);
    }
  }

  private void requireRank() {
    if (up.shape().size() != 2 || down.shape().size() != 2 || down.rows() != up.cols() || up.cols() < 1) {
      throw ranks(down.shape().isEmpty() ? 0 : down.shape().getFirst());
    }
  }

  private CheckpointException ranks(long rank) {
    return new CheckpointException(
        "%s: tensors '%s' %s and '%s' %s: expected one rank above 0, found %d in the first"
            .formatted(file, down.name(), down.shape(), up.name(), up.shape(), rank));
  }

  private float[] lengths() {
    if (magnitude.size() != up.rows()) {
      throw new CheckpointException(
          "%s: tensor '%s': expected %d values, found shape %s"
              .formatted(file, magnitude.name(), up.rows(), magnitude.shape()));
    }
    return TargetOrder.values(magnitude);
  }
}
