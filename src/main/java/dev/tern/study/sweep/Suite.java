package dev.tern.study.sweep;

import java.util.List;

/** Something to be measured over lists of settings. */
public sealed interface Suite permits MixerSuite, ModelSuite, ExpertSuite, AdapterSuite, QualitySuite {
  /** What the user calls it. */
  String name();

  /** The suite in parts that are measured in a process each. */
  List<? extends Suite> parts();

  /** What distinguishes this part from the others, in a few words. */
  String label();

  /** A rough guess on a machine with two cores, for the first estimate of the remaining time. */
  double expectedSeconds();

  /** Measures everything in this process. */
  void measure(Lab lab);
}
