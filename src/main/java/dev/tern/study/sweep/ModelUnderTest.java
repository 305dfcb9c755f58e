package dev.tern.study.sweep;

import dev.tern.architecture.BuildOptions;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.Engine;
import dev.tern.engine.LoadedModel;
import dev.tern.evaluate.Benchmarking;
import dev.tern.kernel.ActivationPrecision;
import dev.tern.kernel.AttentionPolicy;
import dev.tern.layer.Network;
import dev.tern.study.synthetic.SyntheticLinears;
import dev.tern.study.synthetic.SyntheticNetwork;

/**
 * A model and an engine that runs it.
 *
 * @param parameters of all matrices
 * @param weightBytes in memory
 */
record ModelUnderTest(Engine engine, long parameters, long weightBytes, Runnable closing) implements AutoCloseable {
  static ModelUnderTest of(ModelSuite suite, Lab lab) {
    return suite.model() == null
        ? synthetic(suite.plan(), suite.weights().getFirst(), suite.contexts().getLast() + 256, lab)
        : loaded(suite.model(), suite.attention().getFirst(), lab);
  }

  static ModelUnderTest synthetic(SyntheticNetwork.Plan plan, String weights, int contextLength, Lab lab) {
    SyntheticLinears linears = new SyntheticLinears(Lists.type(weights), plan.largest());
    Network network = SyntheticNetwork.of(plan, linears);
    Engine engine = new Engine(network, lab.kernels(), contextLength);
    return new ModelUnderTest(engine, linears.parameters(), linears.bytes(), linears::close);
  }

  private static ModelUnderTest loaded(String name, String attention, Lab lab) {
    BuildOptions build = new BuildOptions(AttentionPolicy.parse(attention), 0);
    try (Checkpoint checkpoint = Benchmarking.open(name)) {
      return loaded(checkpoint, build, lab);
    }
  }

  static ModelUnderTest loaded(Checkpoint checkpoint, BuildOptions build, Lab lab) {
    long parameters = checkpoint.tensors().stream().mapToLong(tensor -> tensor.size()).sum();
    LoadedModel.Options options = new LoadedModel.Options(lab.workers().count(), 0, ActivationPrecision.INT8, build);
    LoadedModel model = LoadedModel.load(checkpoint, options);
    return new ModelUnderTest(model.engine(), parameters, model.weightBytes(), model::close);
  }

  @Override
  public void close() {
    closing.run();
  }
}
