package dev.tern.study.synthetic;

import dev.tern.checkpoint.TensorType;
import dev.tern.evaluate.SyntheticCheckpoint;
import dev.tern.layer.Linear;
import dev.tern.quant.Layout;
import dev.tern.quant.LowRank;
import dev.tern.quant.Packing;
import dev.tern.quant.Weights;
import dev.tern.tensor.NativeMemory;
import java.util.Arrays;
import java.util.Map;

/** Linears of random weights, each in memory of its own as in a model. */
public final class SyntheticLinears implements AutoCloseable {
  private final SyntheticCheckpoint values;
  private final NativeMemory memory = new NativeMemory();
  private int count;
  private long parameters;

  /**
   * @param type of the weights in a file
   * @param largest values of the largest matrix
   */
  public SyntheticLinears(TensorType type, long largest) {
    values = new SyntheticCheckpoint("synthetic", Map.of(), type, largest);
  }

  /** A linear without bias. */
  public Linear linear(int outputs, int inputs) {
    Weights weights = weights(outputs, inputs);
    return new Linear(weights.name(), weights, null);
  }

  /** A matrix. */
  public Weights weights(int rows, int cols) {
    String name = "matrix." + count++;
    parameters += (long) rows * cols;
    values.matrix(name, rows, cols);
    return Packing.pack(values.find(name).orElseThrow(), memory);
  }

  /** Several linears of the same shape. */
  public Linear[] linears(int count, int outputs, int inputs) {
    Linear[] linears = new Linear[count];
    Arrays.setAll(linears, i -> linear(outputs, inputs));
    return linears;
  }

  /** Terms of low rank beside a linear of that shape. */
  public LowRank lowRank(int outputs, int inputs, int rank) {
    int panels = Math.ceilDiv(rank, LowRank.PANEL);
    return new LowRank(inputs, weights(panels * Layout.PANEL, Math.ceilDiv(inputs, 2)), weights(outputs, rank));
  }

  /** Values of all matrices made so far. */
  public long parameters() {
    return parameters;
  }

  /** Bytes of all matrices made so far. */
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    memory.close();
    values.close();
  }
}
