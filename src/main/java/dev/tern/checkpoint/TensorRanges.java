package dev.tern.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The byte ranges of the tensors of a file: inside the data, disjoint, and with unique names. */
final class TensorRanges {
  private record Range(String name, long start, long end) {}

  private final String source;
  private final long available;
  private final List<Range> ranges = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** {@code available} is the number of bytes of tensor data in the file. */
  TensorRanges(String source, long available) {
    this.source = source;
    this.available = available;
  }

  void add(TensorInfo tensor, long start, long bytes) {
    String subject = Messages.tensor(tensor.name());
    if (start < 0 || bytes > available || start > available - bytes) {
      throw Messages.mismatch(
          source,
          subject,
          "%d bytes at offset %s".formatted(bytes, Long.toUnsignedString(start)),
          "%d bytes of tensor data in the file".formatted(available));
    }
    if (!names.add(tensor.name())) {
      throw Messages.mismatch(source, subject, "a name that occurs once", "it twice");
    }
    ranges.add(new Range(tensor.name(), start, start + bytes));
  }

  /** No two tensors share a byte. */
  void requireDisjoint() {
    walk(false);
  }

  /** Every byte of the data belongs to exactly one tensor. */
  void requireDense() {
    long end = walk(true);
    if (end != available) {
      throw Messages.mismatch(source, "tensor data", "%d bytes, the end of the last tensor".formatted(end), available);
    }
  }

  private long walk(boolean dense) {
    ranges.sort(Comparator.comparingLong(Range::start).thenComparingLong(Range::end));
    Range last = new Range("", 0, 0);
    for (Range range : ranges) {
      if (range.start() < last.end() || (dense && range.start() > last.end())) {
        String place =
            last.name().isEmpty() ? "where the data start" : "where " + Messages.tensor(last.name()) + " ends";
        throw Messages.mismatch(
            source,
            Messages.tensor(range.name()),
            "an offset %s %d, %s".formatted(dense ? "of" : "from", last.end(), place),
            range.start());
      }
      last = range;
    }
    return last.end();
  }
}
