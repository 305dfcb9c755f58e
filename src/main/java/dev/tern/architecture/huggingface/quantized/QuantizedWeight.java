package dev.tern.architecture.huggingface.quantized;

import dev.tern.checkpoint.TensorView;
import java.util.List;
import java.util.function.Supplier;

/**
 * A weight that is stored as several tensors.
 *
 * @param name of the weight without quantization
 * @param parts names of the tensors that it is made of
 */
record QuantizedWeight(String name, List<String> parts, Supplier<TensorView> tensor) {}
