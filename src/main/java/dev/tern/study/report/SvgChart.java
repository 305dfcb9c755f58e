package dev.tern.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Draws a {@link Chart} as an SVG element that scales with the page and takes its colours from the page's style. */
final class SvgChart {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int BOTTOM = 50;
  private static final int COLOURS = 8;
  private static final int TICK_GAP = 16;

  private final Chart chart;
  private final Scale x;
  private final Scale y;
  private final StringBuilder out = new StringBuilder();

  private SvgChart(Chart chart) {
    this.chart = chart;
    x = Scale.of(chart.x(), values(chart, Chart.Series::x), LEFT, WIDTH - RIGHT);
    DoubleStream heights = DoubleStream.concat(values(chart, Chart.Series::y), values(chart, Chart.Series::upper));
    y = Scale.of(chart.y(), heights, HEIGHT - BOTTOM, TOP);
  }

  private static DoubleStream values(Chart chart, Function<Chart.Series, double[]> part) {
    return chart.series().stream().map(part).flatMapToDouble(DoubleStream::of);
  }

  /** The {@code figure} element of a chart, with its title and legend. */
  static String render(Chart chart) {
    return new SvgChart(chart).figure();
  }

  private String figure() {
    add("<figure><figcaption>%s</figcaption>%n", Html.escape(chart.title()));
    add("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n", WIDTH, HEIGHT, Html.escape(chart.title()));
    axes();
    chart.series().forEach(this::series);
    add("</svg>%n");
    legend();
    add("</figure>%n");
    return out.toString();
  }

  private void axes() {
    for (Scale.Tick tick : x.ticks()) {
      double place = x.place(tick.value());
      add("<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", place, TOP, place, HEIGHT - BOTTOM);
      add("<text x=\"%.1f\" y=\"%d\" class=\"x\">%s</text>%n", place, HEIGHT - BOTTOM + TICK_GAP, tick.label());
    }
    for (Scale.Tick tick : y.ticks()) {
      double place = y.place(tick.value());
      add("<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>", LEFT, place, WIDTH - RIGHT, place);
      add("<text x=\"%d\" y=\"%.1f\" class=\"y\">%s</text>%n", LEFT - 6, place + 4, tick.label());
    }
    int middleX = (LEFT + WIDTH - RIGHT) / 2;
    int middleY = (TOP + HEIGHT - BOTTOM) / 2;
    add("<text x=\"%d\" y=\"%d\" class=\"x\">%s</text>%n", middleX, HEIGHT - 12, Html.escape(chart.x().label()));
    add(
        "<text transform=\"translate(16 %d) rotate(-90)\" class=\"x\">%s</text>%n",
        middleY, Html.escape(chart.y().label()));
  }

  private void series(Chart.Series series) {
    switch (series.mark()) {
      case POINTS -> points(series);
      case LINE -> line(series, "line");
      case DASHES -> line(series, "line dashes");
      case BAND -> band(series);
    }
  }

  private void points(Chart.Series series) {
    for (int i = 0; i < series.x().length; i++) {
      if (shows(series.x()[i], series.y()[i])) {
        add(
            "<circle class=\"c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s%s, %s</title></circle>%n",
            series.colour() % COLOURS,
            x.place(series.x()[i]),
            y.place(series.y()[i]),
            series.name().isEmpty() ? "" : Html.escape(series.name()) + ": ",
            String.format(Locale.ROOT, "%.4g", series.x()[i]),
            String.format(Locale.ROOT, "%.4g", series.y()[i]));
      }
    }
  }

  /** A line is broken where a value cannot be shown. */
  private void line(Chart.Series series, String style) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < series.x().length; i++) {
      boolean shown = shows(series.x()[i], series.y()[i]);
      if (shown) {
        path.append(drawing ? 'L' : 'M').append(point(series.x()[i], series.y()[i]));
      }
      drawing = shown;
    }
    add("<path class=\"%s c%d\" d=\"%s\"/>%n", style, series.colour() % COLOURS, path);
  }

  private void band(Chart.Series series) {
    List<String> lower = new ArrayList<>();
    List<String> upper = new ArrayList<>();
    for (int i = 0; i < series.x().length; i++) {
      if (shows(series.x()[i], series.y()[i]) && shows(series.x()[i], series.upper()[i])) {
        lower.add(point(series.x()[i], series.y()[i]));
        upper.addFirst(point(series.x()[i], series.upper()[i]));
      }
    }
    lower.addAll(upper);
    add("<polygon class=\"band c%d\" points=\"%s\"/>%n", series.colour() % COLOURS, String.join(" ", lower));
  }

  private boolean shows(double horizontal, double vertical) {
    return x.shows(horizontal) && y.shows(vertical);
  }

  private String point(double horizontal, double vertical) {
    return String.format(Locale.ROOT, "%.1f,%.1f", x.place(horizontal), y.place(vertical));
  }

  private void legend() {
    String entries =
        chart.series().stream()
            .filter(series -> !series.name().isEmpty())
            .map(
                series ->
                    "<span class=\"key c%d %s\">%s</span>"
                        .formatted(
                            series.colour() % COLOURS,
                            series.mark().name().toLowerCase(Locale.ROOT),
                            Html.escape(series.name())))
            .collect(Collectors.joining(" "));
    if (!entries.isEmpty()) {
      add("<p class=\"legend\">%s</p>%n", entries);
    }
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }
}
