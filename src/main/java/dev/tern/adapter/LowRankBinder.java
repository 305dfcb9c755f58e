package dev.tern.adapter;

import dev.tern.architecture.Fragment;
import dev.tern.layer.LinearDelta;
import dev.tern.quant.Layout;
import dev.tern.quant.LowRank;
import dev.tern.quant.Packing;
import dev.tern.quant.RowSource;
import dev.tern.quant.Weights;
import dev.tern.tensor.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Packs plain low-rank changes, all at once and in parallel. In memory the wide matrices lie in the order of the
 * network, then the tall ones: what one operation reads is read in one run.
 */
final class LowRankBinder {
  private final NativeMemory memory;
  private final List<RowSource> sources = new ArrayList<>();
  private final List<Target> targets = new ArrayList<>();

  /** A linear and which sources its matrices are. */
  private record Target(Fragment fragment, int down, int up, int inputs, float scale) {}

  LowRankBinder(NativeMemory memory) {
    this.memory = memory;
  }

  /** Notes the change of a matrix whose rows went to these linears. */
  void add(TensorChange.LowRank change, List<Fragment> fragments) {
    int down = add(LowRank.halves(change.down()));
    for (Fragment fragment : fragments) {
      int up = add(AdapterBinder.rows(change.up(), fragment));
      targets.add(new Target(fragment, down, up, change.down().cols(), change.scale()));
    }
  }

  private int add(RowSource source) {
    sources.add(source);
    return sources.size() - 1;
  }

  /** Packs all that was noted. */
  void bind(Map<String, LinearDelta> deltas) {
    Layout[] layouts =
        IntStream.range(0, sources.size())
            .parallel()
            .mapToObj(i -> AdapterWeights.floatLayout(sources.get(i)))
            .toArray(Layout[]::new);
    Weights[] weights = new Weights[layouts.length];
    targets.forEach(target -> reserve(weights, layouts, target.down));
    targets.forEach(target -> reserve(weights, layouts, target.up));
    IntStream.range(0, weights.length).parallel().forEach(i -> Packing.fill(sources.get(i), weights[i]));
    for (Target target : targets) {
      LowRank lowRank = new LowRank(target.inputs, weights[target.down], weights[target.up]);
      deltas.put(target.fragment.linear().name(), new LinearDelta.LowRank(lowRank, target.scale));
    }
  }

  private void reserve(Weights[] weights, Layout[] layouts, int index) {
    if (weights[index] == null) {
      RowSource source = sources.get(index);
      long bytes = layouts[index].bytes(source.rows(), source.cols());
      weights[index] = new Weights(source.name(), layouts[index], source.rows(), source.cols(), memory.allocate(bytes));
    }
  }
}
