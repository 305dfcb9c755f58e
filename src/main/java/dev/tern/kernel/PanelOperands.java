package dev.tern.kernel;

import java.lang.foreign.MemorySegment;

/**
 * What {@code c[row][lane] = start[row][lane] + Σ_step a[row][step] · panel[step][lane]} reads and writes, over the 32
 * lanes of a panel of a key/value page. Reused.
 */
public class PanelOperands {
  public KvType type;
  public MemorySegment panel;
  public long at;

  /** Steps to take; for Q8 rounded up to a multiple of 4, so a must hold zeros there. */
  public int steps;

  public float[] a;
  public int aAt;
  public int aStride;
  public float[] start;
  public int startAt;
  public int startStride;
  public float[] c;
  public int cAt;
  public int cStride;
}
