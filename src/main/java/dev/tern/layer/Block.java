package dev.tern.layer;

import dev.tern.tensor.Activations;
import java.util.List;

/** One layer of a network, applied to the residual stream in place. */
public interface Block {
  void forward(Pass pass, Activations x);

  /** Its mixers, for inspection. */
  List<Mixer> mixers();
}
