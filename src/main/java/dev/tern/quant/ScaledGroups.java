package dev.tern.quant;

/**
 * Blocks of groups that have small whole scales each: values {@code d s level}.
 *
 * @param images where the search for the scale of a group tries to put its largest value
 * @param size values in a group
 * @param lowest the lowest scale, which is negative; the highest is {@code -lowest - 1}
 */
record ScaledGroups(Levels levels, float[] images, int size, int lowest) {
  private static final int REFINEMENTS = 3;

  /** What stands in a block beside the codes. The float is an f16 once it is divided by the unit of the block. */
  record Choice(float d, int[] scales) {}

  /** Chooses everything for a block and sets its codes. */
  Choice fit(Block block) {
    float[] fits = new float[block.x.length / size];
    float extreme = 0;
    for (int g = 0; g < fits.length; g++) {
      fits[g] = levels.fit(block, g * size, size, images);
      extreme = Math.abs(fits[g]) > Math.abs(extreme) ? fits[g] : extreme;
    }
    Choice choice = new Choice(block.roundScale(extreme / lowest), new int[fits.length]);
    for (int g = 0; g < fits.length; g++) {
      choice.scales[g] = choice.d == 0 ? 0 : clamp(Math.round(fits[g] / choice.d));
    }
    for (int i = 0; i < REFINEMENTS; i++) {
      choice = refine(block, choice);
    }
    for (int g = 0; g < fits.length; g++) {
      levels.assign(block, g * size, size, choice.d * choice.scales[g]);
    }
    return choice;
  }

  private int clamp(int scale) {
    return Math.clamp(scale, lowest, -lowest - 1);
  }

  /** Better scales for each group, then the best d for those and the codes. */
  private Choice refine(Block block, Choice choice) {
    double ss = 0;
    double xs = 0;
    for (int g = 0; g < choice.scales.length; g++) {
      Levels.Sums sums = refineGroup(block, choice, g);
      double s = choice.scales[g];
      ss += s * s * sums.qq();
      xs += s * sums.xq();
    }
    return ss == 0 ? choice : new Choice(block.roundScale((float) (xs / ss)), choice.scales);
  }

  /** Tries the neighbouring scales of a group. */
  private Levels.Sums refineGroup(Block block, Choice choice, int g) {
    int middle = choice.scales[g];
    Levels.Sums best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int s = clamp(middle - 1); s <= clamp(middle + 1); s++) {
      float scale = choice.d * s;
      Levels.Sums sums = levels.sums(block, g * size, size, Levels.inverse(scale));
      double excess = scale * (scale * (double) sums.qq() - 2 * (double) sums.xq());
      if (excess < least) {
        least = excess;
        best = sums;
        choice.scales[g] = s;
      }
    }
    return best;
  }
}
