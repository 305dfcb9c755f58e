package dev.tern.quant;

import dev.tern.quant.AffineLevels.Affine;
import dev.tern.quant.AffineLevels.Sums;

/**
 * Blocks of groups that have small whole scales and minimums each: values {@code d s q - dmin m}.
 *
 * @param size values in a group
 * @param top the highest scale and the highest minimum
 */
record AffineGroups(AffineLevels levels, int size, int top) {
  private static final int REFINEMENTS = 3;

  /** What stands in a block beside the codes. The floats are f16 once they are divided by the unit of the block. */
  record Choice(float d, float dmin, int[] scales, int[] mins) {}

  /** Chooses everything for a block and sets its codes. */
  Choice fit(Block block) {
    int groups = block.x.length / size;
    float[] scales = new float[groups];
    float[] mins = new float[groups];
    float d = 0;
    float dmin = 0;
    for (int g = 0; g < groups; g++) {
      Affine fit = levels.fit(block, g * size, size);
      scales[g] = Math.max(fit.scale(), 0);
      mins[g] = Math.max(-fit.offset(), 0);
      d = Math.max(d, scales[g] / top);
      dmin = Math.max(dmin, mins[g] / top);
    }
    Choice choice = new Choice(block.roundScale(d), block.roundScale(dmin), new int[groups], new int[groups]);
    for (int g = 0; g < groups; g++) {
      choice.scales[g] = nearest(scales[g], choice.d);
      choice.mins[g] = nearest(mins[g], choice.dmin);
    }
    for (int i = 0; i < REFINEMENTS; i++) {
      choice = refine(block, choice);
    }
    for (int g = 0; g < groups; g++) {
      levels.assign(block, g * size, size, choice.d * choice.scales[g], -choice.dmin * choice.mins[g]);
    }
    return choice;
  }

  private int nearest(float value, float unit) {
    return unit == 0 ? 0 : Math.clamp(Math.round(value / unit), 0, top);
  }

  /** Better scales and minimums for each group, then the best d and dmin for those and the codes. */
  private Choice refine(Block block, Choice choice) {
    double ss = 0;
    double sm = 0;
    double mm = 0;
    double xs = 0;
    double xm = 0;
    for (int g = 0; g < choice.scales.length; g++) {
      Sums sums = refineGroup(block, choice, g);
      double s = choice.scales[g];
      double m = choice.mins[g];
      ss += s * s * sums.qq();
      sm += s * m * sums.q();
      mm += m * m * sums.w();
      xs += s * sums.xq();
      xm += m * sums.x();
    }
    double determinant = ss * mm - sm * sm;
    if (determinant <= 1e-6 * ss * mm) {
      float d = ss > 0 ? block.roundScale((float) (xs / ss)) : choice.d;
      return new Choice(d, choice.dmin, choice.scales, choice.mins);
    }
    float d = block.roundScale((float) ((xs * mm - xm * sm) / determinant));
    float dmin = block.roundScale((float) ((xs * sm - xm * ss) / determinant));
    return new Choice(d, dmin, choice.scales, choice.mins);
  }

  /** Tries the neighbouring scales of a group, each with the best minimum for the codes it leads to. */
  private Sums refineGroup(Block block, Choice choice, int g) {
    int scale = choice.scales[g];
    float offset = -choice.dmin * choice.mins[g];
    Sums best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int s = Math.max(scale - 1, 0); s <= Math.min(scale + 1, top); s++) {
      Sums sums = levels.sums(block, g * size, size, choice.d * s, offset);
      int m = nearest((float) ((choice.d * s * sums.q() - sums.x()) / sums.w()), choice.dmin);
      double excess = sums.excess(choice.d * s, -choice.dmin * m);
      if (excess < least) {
        least = excess;
        best = sums;
        choice.scales[g] = s;
        choice.mins[g] = m;
      }
    }
    return best;
  }
}
