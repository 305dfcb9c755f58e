package dev.tern.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuTopologyTest {
  @TempDir Path folder;

  /** Files of a machine with {@code cpus} processors, {@code threads} per core, in packages of {@code perPackage}. */
  private void machine(int cpus, int threads, int perPackage, String allowed) throws IOException {
    for (int cpu = 0; cpu < cpus; cpu++) {
      Path topology = Files.createDirectories(folder.resolve("devices/system/cpu/cpu" + cpu + "/topology"));
      Files.writeString(topology.resolve("physical_package_id"), cpu / perPackage + "\n");
      Files.writeString(topology.resolve("core_id"), cpu % perPackage / threads + "\n");
    }
    Files.writeString(folder.resolve("status"), "Name:\tjava\nCpus_allowed_list:\t" + allowed + "\nMems:\t1\n");
  }

  private int cores() {
    return CpuTopology.linuxCores(folder.resolve("devices"), folder.resolve("status"));
  }

  @Test
  void threadsOfACoreCountOnce() throws IOException {
    machine(8, 2, 8, "0-7");
    assertEquals(4, cores());
  }

  @Test
  void coresOfSeveralPackagesAreDistinct() throws IOException {
    machine(8, 1, 4, "0-7");
    assertEquals(8, cores());
  }

  @Test
  void onlyAllowedProcessorsCount() throws IOException {
    machine(8, 2, 8, "0,2,3");
    assertEquals(2, cores());
  }

  @Test
  void slowCoresOfHybridProcessorsAreLeftOut() throws IOException {
    machine(8, 2, 8, "0-7");
    Files.writeString(Files.createDirectories(folder.resolve("devices/cpu_core")).resolve("cpus"), "0-3\n");
    assertEquals(2, cores());
    machine(8, 2, 8, "4-7");
    assertEquals(2, cores(), "when only slow ones are allowed, those");
  }

  @Test
  void withoutTheFilesNothingIsClaimed() throws IOException {
    assertEquals(0, cores());
    machine(2, 1, 2, "0-1");
    Files.delete(folder.resolve("devices/system/cpu/cpu1/topology/core_id"));
    assertEquals(0, cores());
    machine(2, 1, 2, "nonsense");
    assertEquals(0, cores());
  }

  @Test
  void listsOfProcessors() {
    BitSet set = CpuTopology.parseList(" 0-2,5,\n");
    assertEquals("{0, 1, 2, 5}", set.toString());
    assertTrue(CpuTopology.parseList("\n").isEmpty());
  }

  @Test
  void assumptions() {
    assertEquals(4, CpuTopology.assumedCores(8, "amd64"));
    assertEquals(4, CpuTopology.assumedCores(4, "x86_64"));
    assertEquals(8, CpuTopology.assumedCores(8, "aarch64"));
  }
}
