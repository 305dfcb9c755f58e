package dev.tern.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Counts the cores that are worth a worker each. A second hardware thread of a core adds nothing to loops bound by
 * memory or arithmetic, and with equal bands a slow core holds up the fast ones.
 */
final class CpuTopology {
  /** Cores that this process may use, at least 1. */
  static final int CORES = detect();

  private CpuTopology() {}

  private static int detect() {
    int available = Runtime.getRuntime().availableProcessors(); // knows affinity and container limits
    int cores = 0;
    if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      cores = linuxCores(Path.of("/sys/devices"), Path.of("/proc/self/status"));
    }
    return cores > 0 ? Math.min(cores, available) : assumedCores(available, System.getProperty("os.arch"));
  }

  /** Without knowledge: x86 processors of some size run two threads per core, others one. */
  static int assumedCores(int available, String architecture) {
    boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
    return x86 && available > 4 ? available / 2 : available;
  }

  /**
   * Distinct cores among the processors this process may run on, the fast kind only where the kernel names it; 0 where
   * the files are missing or unreadable.
   */
  static int linuxCores(Path devices, Path status) {
    try {
      BitSet usable = allowed(status);
      Path fast = devices.resolve("cpu_core/cpus"); // hybrid Intel processors
      if (Files.isReadable(fast)) {
        BitSet both = parseList(Files.readString(fast));
        both.and(usable);
        usable = both.isEmpty() ? usable : both;
      }
      Set<String> cores = new HashSet<>();
      for (int cpu = usable.nextSetBit(0); cpu >= 0; cpu = usable.nextSetBit(cpu + 1)) {
        Path topology = devices.resolve("system/cpu/cpu" + cpu + "/topology");
        cores.add(read(topology, "physical_package_id") + ":" + read(topology, "core_id"));
      }
      return cores.size();
    } catch (IOException | UncheckedIOException | NumberFormatException _) {
      return 0; // the assumption stands in: a guess of threads is no error
    }
  }

  private static String read(Path folder, String name) throws IOException {
    return Files.readString(folder.resolve(name)).strip();
  }

  private static BitSet allowed(Path status) throws IOException {
    String key = "Cpus_allowed_list:";
    try (var lines = Files.lines(status)) {
      String line = lines.filter(l -> l.startsWith(key)).findFirst().orElse(key);
      return parseList(line.substring(key.length()));
    }
  }

  /** Parses the kernel's lists of processors, such as {@code 0-3,8}. */
  static BitSet parseList(String list) {
    BitSet set = new BitSet();
    for (String range : list.strip().split(",")) {
      if (!range.isBlank()) {
        String[] ends = range.strip().split("-", 2);
        int first = Integer.parseInt(ends[0]);
        set.set(first, Integer.parseInt(ends[ends.length - 1]) + 1);
      }
    }
    return set;
  }
}
