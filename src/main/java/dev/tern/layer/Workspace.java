package dev.tern.layer;

import dev.tern.tensor.Activations;
import java.util.ArrayList;
import java.util.List;

/**
 * Temporary activations as a stack: {@link #rows} takes one, {@link #release} gives back all taken since a mark.
 * Buffers are kept, so a network that repeats the same steps allocates only the first time.
 */
public final class Workspace {
  private final List<Activations> buffers = new ArrayList<>();
  private int used;

  /** Where the stack stands. */
  public int mark() {
    return used;
  }

  public void release(int mark) {
    used = mark;
  }

  /** A buffer {@code [rows, width]} with undefined contents. */
  public Activations rows(int rows, int width) {
    if (used == buffers.size()) {
      buffers.add(new Activations());
    }
    return buffers.get(used++).resize(rows, width);
  }

  /** A buffer that whoever fills it will size. */
  public Activations rows() {
    return rows(0, 0);
  }

  /** Bytes held. */
  public long bytes() {
    return buffers.stream().mapToLong(buffer -> 4L * buffer.data().length).sum();
  }
}
