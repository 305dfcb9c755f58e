package dev.tern.study.synthetic;

import static dev.tern.study.synthetic.Vectors.filled;

import dev.tern.error.TernException;
import dev.tern.kernel.Activation;
import dev.tern.kernel.AttentionMask;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.kernel.AttentionShape;
import dev.tern.kernel.CausalConvolution;
import dev.tern.kernel.GatedNorm;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.layer.Attention;
import dev.tern.layer.DecayGate;
import dev.tern.layer.GatedDeltaNet;
import dev.tern.layer.KimiDeltaAttention;
import dev.tern.layer.LatentAttention;
import dev.tern.layer.LightningAttention;
import dev.tern.layer.Linear;
import dev.tern.layer.Mamba2;
import dev.tern.layer.Norm;
import dev.tern.layer.RotaryTable;
import dev.tern.layer.ShortConvolution;
import dev.tern.layer.Slots;
import dev.tern.layer.TokenMixer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Token mixers of a shape with random weights, by name. */
public final class SyntheticMixers {
  private static final float EPSILON = 1e-6f;
  private static final int TAPS = 4;
  private static final int SHORT_TAPS = 3;
  private static final float DECAY = 0.95f;
  private static final double ROPE_BASE = 10_000;

  private final LayerShape shape;
  private final SyntheticLinears linears;
  private final Slots slots;
  private final Map<String, Supplier<TokenMixer>> kinds = new LinkedHashMap<>();

  /**
   * @param slots in which the mixers take their places
   */
  public SyntheticMixers(LayerShape shape, SyntheticLinears linears, Slots slots) {
    this.shape = shape;
    this.linears = linears;
    this.slots = slots;
    kinds.put("latent-attention", this::latentAttention);
    kinds.put("gated-delta-net", this::gatedDeltaNet);
    kinds.put("kimi-delta-attention", this::kimiDeltaAttention);
    kinds.put("mamba-2", this::mamba2);
    kinds.put("linear-attention", this::linearAttention);
    kinds.put("rwkv-7", () -> new Rwkv7Layer(shape, linears, slots).mixer());
    kinds.put("short-convolution", this::shortConvolution);
  }

  /** Names besides {@code attention} and the policies laid over it, such as {@code window:512}. */
  public Set<String> names() {
    return kinds.keySet();
  }

  /** The mixer of a name. */
  public TokenMixer of(String name) {
    if (kinds.containsKey(name)) {
      return kinds.get(name).get();
    }
    try {
      return attention(AttentionPolicy.parse(name.equals("attention") ? "full" : name));
    } catch (TernException e) {
      throw new TernException(
          "mixer '%s': expected attention, %s or %s".formatted(name, String.join(", ", names()), e.getMessage()), e);
    }
  }

  private TokenMixer attention(AttentionPolicy policy) {
    AttentionShape heads = AttentionShape.of(shape.heads(), shape.kvHeads(), shape.headWidth(), shape.headWidth());
    AttentionMask mask = policy.over(AttentionMask.CAUSAL);
    int keys = shape.kvHeads() * shape.headWidth();
    return new Attention(
        new Attention.Projections(in(shape.inner()), in(keys), in(keys), null, out()),
        Attention.Norms.NONE,
        rope(shape.headWidth()),
        heads,
        mask,
        slots.add(options -> Attention.cache(heads, mask, options)));
  }

  /** Widths in the proportions of DeepSeek-V2: a latent of four heads, half a head rotated. */
  private TokenMixer latentAttention() {
    int width = shape.headWidth();
    var widths = new LatentAttention.Widths(shape.heads(), width, width / 2, 4 * width, width);
    int latent = widths.latent();
    return new LatentAttention(
        new LatentAttention.Projections(
            null,
            null,
            in(shape.heads() * (width + widths.rotated())),
            in(latent + widths.rotated()),
            new Norm.Rms(filled(latent, 1), EPSILON),
            linears.linears(shape.heads(), latent, width),
            linears.linears(shape.heads(), width, latent),
            out()),
        widths,
        rope(widths.rotated()),
        widths.shape((float) (1 / Math.sqrt(width + widths.rotated()))),
        AttentionMask.CAUSAL,
        slots.add(options -> widths.cache(AttentionMask.CAUSAL, options)));
  }

  private static RotaryTable rope(int width) {
    float[] frequencies = new float[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(ROPE_BASE, -2.0 * i / width);
    }
    return new RotaryTable(frequencies, 1, false);
  }

  private TokenMixer gatedDeltaNet() {
    int inner = shape.inner();
    LinearRecurrence recurrence = recurrence(shape.kvHeads(), Update.DELTA, Decay.PER_HEAD);
    int channels = 2 * shape.kvHeads() * shape.headWidth() + inner;
    CausalConvolution convolution = convolution(TAPS, channels, Activation.SILU);
    return new GatedDeltaNet(
        new GatedDeltaNet.Projections(in(channels), in(inner), in(shape.heads()), in(shape.heads()), out()),
        convolution,
        recurrence,
        new DecayGate(filled(shape.heads(), -0.1f), filled(shape.heads(), 0)),
        norm(Activation.SILU),
        slots.add(options -> GatedDeltaNet.state(convolution, recurrence)));
  }

  private TokenMixer kimiDeltaAttention() {
    int inner = shape.inner();
    int rank = shape.headWidth();
    LinearRecurrence recurrence = recurrence(shape.heads(), Update.DELTA, Decay.PER_CHANNEL);
    CausalConvolution one = convolution(TAPS, inner, Activation.SILU);
    KimiDeltaAttention.Convolutions convolutions = new KimiDeltaAttention.Convolutions(one, one, one);
    return new KimiDeltaAttention(
        new KimiDeltaAttention.Projections(
            in(inner),
            in(inner),
            in(inner),
            in(shape.heads()),
            in(rank),
            linears.linear(inner, rank),
            in(rank),
            linears.linear(inner, rank),
            out()),
        convolutions,
        recurrence,
        new DecayGate(filled(shape.heads(), -0.1f), filled(inner, 0)),
        norm(Activation.SIGMOID),
        slots.add(options -> KimiDeltaAttention.state(convolutions, recurrence)));
  }

  /** One group of B and C, as wide as a head. */
  private TokenMixer mamba2() {
    int inner = shape.inner();
    LinearRecurrence recurrence = recurrence(1, Update.ADDITIVE, Decay.PER_HEAD);
    int channels = inner + 2 * shape.headWidth();
    CausalConvolution convolution = convolution(TAPS, channels, Activation.SILU);
    int heads = shape.heads();
    return new Mamba2(
        in(inner + channels + heads),
        out(),
        convolution,
        recurrence,
        new Mamba2.Parameters(filled(heads, -1), filled(heads, 0), 0, Float.POSITIVE_INFINITY, filled(heads, 1), null),
        new GatedNorm(1, filled(inner, 1), EPSILON, Activation.SILU, true),
        slots.add(options -> Mamba2.state(convolution, recurrence)));
  }

  private TokenMixer linearAttention() {
    LinearRecurrence recurrence = recurrence(shape.heads(), Update.ADDITIVE, Decay.PER_HEAD);
    int inner = shape.inner();
    return new LightningAttention(
        new LightningAttention.Projections(in(inner), in(inner), in(inner), in(inner), out()),
        recurrence,
        filled(shape.heads(), DECAY),
        Activation.SILU,
        new Norm.Rms(filled(inner, 1), EPSILON),
        slots.add(options -> LightningAttention.state(recurrence)));
  }

  private TokenMixer shortConvolution() {
    int width = shape.width();
    CausalConvolution convolution = convolution(SHORT_TAPS, width, Activation.IDENTITY);
    return new ShortConvolution(
        in(3 * width),
        convolution,
        linears.linear(width, width),
        slots.add(options -> ShortConvolution.state(convolution)));
  }

  private LinearRecurrence recurrence(int keyHeads, Update update, Decay decay) {
    return new LinearRecurrence(shape.heads(), keyHeads, false, shape.headWidth(), shape.headWidth(), update, decay);
  }

  private static CausalConvolution convolution(int taps, int channels, Activation activation) {
    return new CausalConvolution(taps, channels, filled(taps * channels, 1f / taps), null, activation);
  }

  private GatedNorm norm(Activation gate) {
    return new GatedNorm(shape.heads(), filled(shape.headWidth(), 1), EPSILON, gate, false);
  }

  private Linear in(int outputs) {
    return linears.linear(outputs, shape.width());
  }

  private Linear out() {
    return linears.linear(shape.width(), shape.inner());
  }
}
