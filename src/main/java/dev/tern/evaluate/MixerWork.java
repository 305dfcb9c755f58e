package dev.tern.evaluate;

import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.KvType;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.SelectiveScan;
import dev.tern.layer.Attention;
import dev.tern.layer.LatentAttention;
import dev.tern.layer.Linear;
import dev.tern.layer.MixtureOfExperts;
import dev.tern.quant.Weights;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one pass through a mixer takes: products with its matrices, and attention or recurrence over its state. Norms,
 * gates and activations are left out.
 *
 * @param matrices the products
 * @param state keys and values read, or a recurrent state read and written, and what is computed with it
 */
public record MixerWork(Work matrices, Work state) {
  public static final MixerWork NONE = new MixerWork(Work.NONE, Work.NONE);

  /**
   * Tokens that go through together.
   *
   * @param sequences at once
   * @param rows tokens of each sequence
   * @param position of the first of them
   * @param cache format of keys and values
   */
  public record Tokens(int sequences, int rows, int position, KvType cache) {
    int count() {
      return sequences * rows;
    }
  }

  /** The work of a mixer, or of anything else made of linears. */
  public static MixerWork of(Object layer, Tokens tokens) {
    return LayerParts.of(layer).stream().map(part -> part(part, tokens)).reduce(NONE, MixerWork::plus);
  }

  public MixerWork plus(MixerWork other) {
    return new MixerWork(matrices.plus(other.matrices), state.plus(other.state));
  }

  /** The two parts, which follow one another. */
  public List<Work> both() {
    return List.of(matrices, state);
  }

  /** Both together. */
  public Work total() {
    return matrices.plus(state);
  }

  private static MixerWork part(Object part, Tokens tokens) {
    return switch (part) {
      case Linear linear -> new MixerWork(product(linear.weights(), tokens.count()), Work.NONE);
      case MixtureOfExperts moe -> experts(moe, tokens);
      case Attention attention -> state(attention(attention, tokens));
      case LatentAttention latent -> state(latent(latent, tokens));
      case LinearRecurrence recurrence -> state(recurrence(recurrence, tokens));
      case SelectiveScan scan -> state(scan(scan, tokens));
      case CausalConvolution convolution -> state(convolution(convolution, tokens));
      default -> NONE;
    };
  }

  private static MixerWork state(Work work) {
    return new MixerWork(Work.NONE, work);
  }

  private static Work product(Weights weights, double tokens) {
    return new Work(weights.bytes(), 2.0 * weights.rows() * weights.cols() * tokens);
  }

  /** Of the experts those that some token is expected to choose, if all are equally likely. */
  private static MixerWork experts(MixtureOfExperts moe, Tokens tokens) {
    int count = moe.router().experts();
    double share = (double) moe.router().topK() / count;
    double touched = 1 - Math.pow(1 - share, tokens.count());
    MixtureOfExperts.Experts experts = moe.experts();
    Work all =
        Stream.of(experts.gate(), experts.up(), experts.down())
            .flatMap(Stream::of)
            .map(linear -> product(linear.weights(), tokens.count()))
            .reduce(Work.NONE, Work::plus);
    MixerWork others = of(moe.router(), tokens).plus(of(moe.shared(), tokens));
    return new MixerWork(new Work(touched * all.bytes(), share * all.flops()), Work.NONE).plus(others);
  }

  private static Work attention(Attention attention, Tokens tokens) {
    var shape = attention.shape();
    int widths = shape.keyWidth() + shape.valueWidth();
    double stored = shape.kvHeads() * (widths * tokens.cache.bytes() + scales(tokens.cache, 2));
    return attended(attention.mask(), tokens, stored, 2.0 * shape.heads() * widths);
  }

  private static Work latent(LatentAttention attention, Tokens tokens) {
    var widths = attention.widths();
    int key = widths.latent() + widths.rotated();
    double stored = key * tokens.cache.bytes() + scales(tokens.cache, 1);
    return attended(attention.mask(), tokens, stored, 2.0 * widths.heads() * (key + widths.latent()));
  }

  /** Bytes of the scales of quantized vectors. */
  private static int scales(KvType cache, int vectors) {
    return cache == KvType.Q8 ? Float.BYTES * vectors : 0;
  }

  /**
   * Every key and value that some row sees is read once, and every pair of a row and a key it sees is computed. Rows
   * that choose blocks may together see all of them.
   */
  private static Work attended(AttentionMask mask, Tokens tokens, double bytesPerKey, double flopsPerPair) {
    int length = tokens.position + tokens.rows;
    double pairs = 0;
    for (int position = tokens.position; position < length; position++) {
      pairs += mask.seen(position, length);
    }
    double keys =
        tokens.rows == 1
            ? pairs
            : mask.to(length - 1, length) - mask.from(tokens.position) + mask.sinksTo(tokens.position);
    return new Work(keys * bytesPerKey, pairs * flopsPerPair).times(tokens.sequences);
  }

  /** As step by step; the chunked form of a prefill computes more and moves less. */
  private static Work recurrence(LinearRecurrence recurrence, Tokens tokens) {
    int updates =
        switch (recurrence.update()) {
          case ADDITIVE -> 1;
          case DELTA, LOW_RANK -> 2;
        };
    double values = (double) recurrence.heads() * recurrence.keyWidth() * recurrence.valueWidth();
    double perToken = (1 + 2.0 * updates + 2) * values;
    return new Work(2.0 * tokens.sequences * 4 * values, perToken * tokens.count());
  }

  private static Work scan(SelectiveScan scan, Tokens tokens) {
    double values = (double) scan.channels() * scan.states();
    return new Work(2.0 * tokens.sequences * scan.stateBytes(), 6 * values * tokens.count());
  }

  private static Work convolution(CausalConvolution convolution, Tokens tokens) {
    double flops = 2.0 * convolution.taps() * convolution.channels();
    return new Work(2.0 * tokens.sequences * convolution.stateBytes(), flops * tokens.count());
  }
}
