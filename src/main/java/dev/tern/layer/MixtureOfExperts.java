package dev.tern.layer;

import dev.tern.tensor.Activations;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Sparse feed-forward: each token goes through the experts its router chooses. The tokens of a batch are grouped by
 * expert, so each chosen expert's weights are read once.
 */
public final class MixtureOfExperts implements ChannelMixer {
  /**
   * One linear per expert.
   *
   * @param gate empty for experts without a gate
   */
  public record Experts(Linear[] gate, Linear[] up, Linear[] down, GatedActivation activation) {}

  private final Router router;
  private final Experts experts;
  private final ChannelMixer shared;
  private final boolean weightInput;
  private final AtomicLongArray chosen;

  private int[] choices = new int[0];
  private float[] weights = new float[0];
  private float[] scores = new float[0];
  private int[] sources = new int[0];
  private int[] places = new int[0];
  private final int[] starts;

  /**
   * @param shared an expert that sees every token, or null
   * @param weightInput whether a token is scaled by its weight before the expert rather than after (Llama 4)
   */
  public MixtureOfExperts(Router router, Experts experts, ChannelMixer shared, boolean weightInput) {
    this.router = router;
    this.experts = experts;
    this.shared = shared;
    this.weightInput = weightInput;
    chosen = new AtomicLongArray(router.experts());
    starts = new int[router.experts() + 1];
  }

  public Router router() {
    return router;
  }

  public Experts experts() {
    return experts;
  }

  /** The expert that sees every token, or null. */
  public ChannelMixer shared() {
    return shared;
  }

  /** How often each expert was chosen since the network was built. */
  public long[] chosen() {
    long[] counts = new long[chosen.length()];
    Arrays.setAll(counts, chosen::get);
    return counts;
  }

  @Override
  public String label() {
    return "%d of %d experts %d%s"
        .formatted(
            router.topK(),
            router.experts(),
            experts.up[0].outputs(),
            shared == null ? "" : " + shared " + shared.label());
  }

  @Override
  public void mix(Pass pass, Activations in, Activations out) {
    Workspace workspace = pass.workspace();
    int mark = workspace.mark();
    route(pass, in);
    Activations gathered = gather(pass, in);
    Activations results = workspace.rows(gathered.rows(), in.width());
    runExperts(pass, gathered, results);
    scatter(in.rows(), results, out.resize(in.rows(), in.width()));
    if (shared != null) {
      Activations common = workspace.rows();
      shared.mix(pass, in, common);
      pass.kernels().vector().add(out, common, 1);
    }
    workspace.release(mark);
  }

  /** Fills {@code choices} and {@code weights}: topK per row. */
  private void route(Pass pass, Activations in) {
    int topK = router.topK();
    int pairs = in.rows() * topK;
    if (choices.length < pairs) {
      choices = new int[pairs];
      weights = new float[pairs];
      sources = new int[pairs];
      places = new int[pairs];
      scores = new float[router.experts()];
    }
    int mark = pass.workspace().mark();
    Activations logits = pass.workspace().rows();
    pass.project(in, router.logits(), logits);
    for (int row = 0; row < in.rows(); row++) {
      router.choose(logits.data(), logits.offset(row), scores, choices, weights, row * topK);
    }
    pass.workspace().release(mark);
  }

  /** Copies each row once per chosen expert, ordered by expert, then by row. */
  private Activations gather(Pass pass, Activations in) {
    int topK = router.topK();
    int pairs = in.rows() * topK;
    Arrays.fill(starts, 0);
    for (int i = 0; i < pairs; i++) {
      starts[choices[i] + 1]++;
      chosen.incrementAndGet(choices[i]);
    }
    for (int e = 0; e < router.experts(); e++) {
      starts[e + 1] += starts[e];
    }
    Activations gathered = pass.workspace().rows(pairs, in.width());
    for (int i = 0; i < pairs; i++) {
      int place = starts[choices[i]]++;
      places[i] = place;
      sources[place] = i / topK;
      System.arraycopy(in.data(), in.offset(i / topK), gathered.data(), gathered.offset(place), in.width());
      if (weightInput) {
        scaleRow(gathered, place, weights[i]);
        weights[i] = 1;
      }
    }
    return gathered;
  }

  /** After {@link #gather}, {@code starts[e]} is where the rows of expert e end. */
  private void runExperts(Pass pass, Activations gathered, Activations results) {
    int hidden = experts.up[0].outputs();
    Activations up = pass.workspace().rows(gathered.rows(), hidden);
    Activations gate = experts.gate.length == 0 ? null : pass.workspace().rows(gathered.rows(), hidden);
    Projection projection = pass.project(gathered, sources);
    for (int e = 0; e < router.experts(); e++) {
      int from = e == 0 ? 0 : starts[e - 1];
      if (starts[e] > from) {
        projection.through(experts.up[e], from, starts[e] - from, up);
        if (gate != null) {
          projection.through(experts.gate[e], from, starts[e] - from, gate);
        }
      }
    }
    projection.run();
    experts.activation.apply(pass, gate, up);
    projection = pass.project(up, sources);
    for (int e = 0; e < router.experts(); e++) {
      int from = e == 0 ? 0 : starts[e - 1];
      if (starts[e] > from) {
        projection.through(experts.down[e], from, starts[e] - from, results);
      }
    }
    projection.run();
  }

  /** {@code out[row] = Σ weight · result}, in the order of the choices, so that it does not depend on the batch. */
  private void scatter(int rows, Activations results, Activations out) {
    int topK = router.topK();
    Arrays.fill(out.data(), 0, rows * out.width(), 0);
    for (int i = 0; i < rows * topK; i++) {
      int from = results.offset(places[i]);
      int to = out.offset(i / topK);
      float weight = weights[i];
      for (int c = 0; c < out.width(); c++) {
        out.data()[to + c] += weight * results.data()[from + c];
      }
    }
  }

  private static void scaleRow(Activations x, int row, float factor) {
    for (int i = x.offset(row); i < x.offset(row + 1); i++) {
      x.data()[i] *= factor;
    }
  }
}
