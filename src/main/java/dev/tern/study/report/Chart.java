package dev.tern.study.report;

import java.util.List;

/**
 * A chart of series over two axes.
 *
 * @param title above it
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series drawn in order, each in its own colour unless it shares that of the one before
 */
public record Chart(String title, Axis x, Axis y, List<Series> series) implements Content {
  /**
   * An axis, which reaches over all finite values of the series.
   *
   * @param label with the unit
   * @param logarithmic whether its values are set by their logarithms; those not above zero are left out
   */
  public record Axis(String label, boolean logarithmic) {}

  /** How a series is drawn. */
  public enum Mark {
    POINTS,
    LINE,
    DASHES,
    /** The area between {@code y} and {@code upper}. */
    BAND
  }

  /**
   * Values that belong together.
   *
   * @param name in the legend; empty for none
   * @param mark how it is drawn
   * @param colour number of the colour; series of the same number belong together
   * @param x horizontal values
   * @param y vertical values, as many
   * @param upper for a band the upper edge, else empty
   */
  public record Series(String name, Mark mark, int colour, double[] x, double[] y, double[] upper) {
    public Series {
      if (x.length != y.length || mark == Mark.BAND && upper.length != x.length) {
        throw new IllegalArgumentException(
            "series '%s': %d and %d values for %d places".formatted(name, y.length, upper.length, x.length));
      }
    }

    /** Points. */
    public static Series points(String name, int colour, double[] x, double[] y) {
      return new Series(name, Mark.POINTS, colour, x, y, new double[0]);
    }

    /** A line through points in their order. */
    public static Series line(String name, int colour, double[] x, double[] y) {
      return new Series(name, Mark.LINE, colour, x, y, new double[0]);
    }

    /** A dashed line. */
    public static Series dashes(String name, int colour, double[] x, double[] y) {
      return new Series(name, Mark.DASHES, colour, x, y, new double[0]);
    }

    /** A band between two edges. */
    public static Series band(String name, int colour, double[] x, double[] lower, double[] upper) {
      return new Series(name, Mark.BAND, colour, x, lower, upper);
    }
  }
}
