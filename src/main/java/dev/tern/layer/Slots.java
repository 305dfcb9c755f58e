package dev.tern.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The states a network needs for one sequence: every stateful mixer takes a slot when it is built. */
public final class Slots {
  private final List<Function<StateOptions, State>> factories = new ArrayList<>();

  /** Reserves a slot and returns its number. */
  public int add(Function<StateOptions, State> factory) {
    factories.add(factory);
    return factories.size() - 1;
  }

  public int count() {
    return factories.size();
  }

  /** Fresh states, one per slot. */
  public State[] create(StateOptions options) {
    State[] states = new State[factories.size()];
    try {
      for (int i = 0; i < states.length; i++) {
        states[i] = factories.get(i).apply(options);
      }
      return states;
    } catch (RuntimeException | OutOfMemoryError e) {
      close(states);
      throw e;
    }
  }

  /** Closes all states that are not null. */
  public static void close(State[] states) {
    for (State state : states) {
      if (state != null) {
        state.close();
      }
    }
  }
}
