package dev.tern.study.synthetic;

import static dev.tern.study.synthetic.Vectors.filled;

import dev.tern.error.TernException;
import dev.tern.kernel.Activation;
import dev.tern.kernel.LinearRecurrence;
import dev.tern.kernel.LinearRecurrence.Decay;
import dev.tern.kernel.LinearRecurrence.Update;
import dev.tern.layer.Linear;
import dev.tern.layer.Rwkv7TimeMixing;
import dev.tern.layer.Slots;

/** The time mixing of RWKV-7 with random weights: gates of low rank, a head's width each. */
record Rwkv7Layer(LayerShape shape, SyntheticLinears linears, Slots slots) {
  private static final float EPSILON = 64e-5f;

  Rwkv7TimeMixing mixer() {
    int width = shape.width();
    if (shape.inner() != width) {
      throw new TernException(
          "mixer 'rwkv-7': expected heads times headWidth to be the width of %d, found %d"
              .formatted(width, shape.inner()));
    }
    LinearRecurrence recurrence =
        new LinearRecurrence(
            shape.heads(),
            shape.heads(),
            false,
            shape.headWidth(),
            shape.headWidth(),
            Update.LOW_RANK,
            Decay.PER_CHANNEL);
    float[] half = filled(width, 0.5f);
    return new Rwkv7TimeMixing(
        new Rwkv7TimeMixing.Projections(square(), square(), square(), square()),
        new Rwkv7TimeMixing.Gates(
            lowRank(Activation.TANH, Activation.SIGMOID),
            lowRank(Activation.IDENTITY, Activation.SIGMOID),
            null,
            lowRank(Activation.SIGMOID, Activation.IDENTITY)),
        new Rwkv7TimeMixing.Interpolations(half, half, half, half, half, half),
        new Rwkv7TimeMixing.Keys(filled(width, 1), half, half),
        recurrence,
        new Rwkv7TimeMixing.OutputNorm(filled(width, 1), filled(width, 0), EPSILON),
        slots.add(options -> Rwkv7TimeMixing.state(recurrence)));
  }

  private Linear square() {
    return linears.linear(shape.width(), shape.width());
  }

  private Rwkv7TimeMixing.LowRank lowRank(Activation inner, Activation outer) {
    int rank = shape.headWidth();
    return new Rwkv7TimeMixing.LowRank(
        linears.linear(rank, shape.width()), inner, linears.linear(shape.width(), rank), outer);
  }
}
