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

  void requireDisjoint() {
    sort();
    long end = 0;
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      if (range.start() < end) {
        throw Messages.mismatch(
            source,
            Messages.tensor(range.name()),
            "an offset from %d on, where %s ends".formatted(end, Messages.tensor(ranges.get(i - 1).name())),
            range.start());
      }
      end = range.end();
    }
  }

  private void sort() {
    ranges.sort(Comparator.comparingLong(Range::start).thenComparingLong(Range::end));
  }
}
