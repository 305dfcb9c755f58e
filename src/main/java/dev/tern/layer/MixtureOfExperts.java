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

  /** Rows of a batch from which copying them is shared among the workers. */
  private static final int PARALLEL_ROWS = 16;

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
    place(in.rows() * router.topK());
    boolean alone = in.rows() == 1 && !weightInput;
    Activations results = workspace.rows(in.rows() * router.topK(), in.width());
    runExperts(pass, alone ? in : gather(pass, in), results);
    scatter(pass, results, out.resize(in.rows(), in.width()));
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

  /** Orders the choices by expert, then by row; afterwards {@code starts[e]} is where those of expert e end. */
  private void place(int pairs) {
    Arrays.fill(starts, 0);
    for (int i = 0; i < pairs; i++) {
      starts[choices[i] + 1]++;
      chosen.incrementAndGet(choices[i]);
    }
    for (int e = 0; e < router.experts(); e++) {
      starts[e + 1] += starts[e];
    }
    for (int i = 0; i < pairs; i++) {
      places[i] = starts[choices[i]]++;
      sources[places[i]] = i / router.topK();
    }
  }

  /** Copies each row once per chosen expert. */
  private Activations gather(Pass pass, Activations in) {
    int topK = router.topK();
    Activations gathered = pass.workspace().rows(in.rows() * topK, in.width());
    if (in.rows() < PARALLEL_ROWS) {
      gather(in, gathered, 0, in.rows());
    } else {
      pass.kernels().workers().run(in.rows(), (from, to, _) -> gather(in, gathered, from, to));
    }
    if (weightInput) {
      for (int i = 0; i < in.rows() * topK; i++) {
        scaleRow(gathered, places[i], weights[i]);
        weights[i] = 1;
      }
    }
    return gathered;
  }

  private void gather(Activations in, Activations gathered, int from, int to) {
    for (int i = from * router.topK(); i < to * router.topK(); i++) {
      int row = i / router.topK();
      System.arraycopy(in.data(), in.offset(row), gathered.data(), gathered.offset(places[i]), in.width());
    }
  }

  /**
   * @param rows of each choice in their places, or the one row that all experts get
   */
  private void runExperts(Pass pass, Activations rows, Activations results) {
    int hidden = experts.up[0].outputs();
    boolean alone = rows.rows() < results.rows();
    Activations up = pass.workspace().rows(results.rows(), hidden);
    Activations gate = experts.gate.length == 0 ? null : pass.workspace().rows(results.rows(), hidden);
    Projection projection = pass.project(rows, alone ? null : sources);
    for (int e = 0; e < router.experts(); e++) {
      int from = e == 0 ? 0 : starts[e - 1];
      if (starts[e] > from) {
        int row = alone ? 0 : from;
        projection.through(experts.up[e], row, starts[e] - from, up, from);
        if (gate != null) {
          projection.through(experts.gate[e], row, starts[e] - from, gate, from);
        }
      }
    }
    projection.run();
    experts.activation.apply(pass, gate, up);
    projection = pass.project(up, sources);
    for (int e = 0; e < router.experts(); e++) {
      int from = e == 0 ? 0 : starts[e - 1];
      if (starts[e] > from) {
        projection.through(experts.down[e], from, starts[e] - from, results, from);
      }
    }
    projection.run();
  }

  /** {@code out[row] = Σ weight · result}, in the order of the choices, so that it does not depend on the batch. */
  private void scatter(Pass pass, Activations results, Activations out) {
    if (out.rows() < PARALLEL_ROWS) {
      scatter(results, out, 0, out.rows());
    } else {
      pass.kernels().workers().run(out.rows(), (from, to, _) -> scatter(results, out, from, to));
    }
  }

  private void scatter(Activations results, Activations out, int fromRow, int toRow) {
    int width = out.width();
    Arrays.fill(out.data(), out.offset(fromRow), out.offset(toRow), 0);
    for (int i = fromRow * router.topK(); i < toRow * router.topK(); i++) {
      addRow(results.data(), results.offset(places[i]), weights[i], out.data(), out.offset(i / router.topK()), width);
    }
  }

  private static void addRow(float[] from, int at, float weight, float[] to, int start, int width) {
    for (int c = 0; c < width; c++) {
      to[start + c] += weight * from[at + c];
    }
  }

  private static void scaleRow(Activations x, int row, float factor) {
    for (int i = x.offset(row); i < x.offset(row + 1); i++) {
      x.data()[i] *= factor;
    }
  }
}
