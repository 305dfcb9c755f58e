package dev.tern.evaluate;

import dev.tern.engine.Engine;
import dev.tern.kernel.KvType;
import dev.tern.kernel.MachineSpeed;
import dev.tern.layer.Block;
import dev.tern.layer.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network has to do for a case, part by part: a part bound by memory does not hide one bound by arithmetic.
 *
 * @param parts the products and the state of every mixer, and the head, of every pass
 */
public record NetworkWork(List<Work> parts) {
  /** The work of a case as the engine cuts it into passes. */
  public static NetworkWork of(Network network, Throughput.Case what, KvType cache) {
    List<Work> parts = new ArrayList<>();
    for (int done = 0; done < what.prompt(); done += Engine.CHUNK) {
      int rows = Math.min(Engine.CHUNK, what.prompt() - done);
      List<Work> pass = new ArrayList<>();
      addBlocks(network, new MixerWork.Tokens(1, rows, what.depth() + done, cache), pass);
      pass.forEach(work -> parts.add(work.times(what.sequences())));
    }
    if (what.prompt() > 0) {
      parts.add(head(network, 1, cache).times(what.sequences()));
    }
    if (what.generated() > 0) {
      addDecoding(network, what, cache, parts);
    }
    return new NetworkWork(parts);
  }

  /** All steps are taken to cost what the one in the middle does. */
  private static void addDecoding(Network network, Throughput.Case what, KvType cache, List<Work> parts) {
    List<Work> pass = new ArrayList<>();
    int middle = what.depth() + what.prompt() + what.generated() / 2;
    addBlocks(network, new MixerWork.Tokens(what.sequences(), 1, middle, cache), pass);
    pass.add(head(network, what.sequences(), cache));
    pass.forEach(work -> parts.add(work.times(what.generated())));
  }

  private static void addBlocks(Network network, MixerWork.Tokens tokens, List<Work> parts) {
    for (Block block : network.blocks()) {
      for (var mixer : block.mixers()) {
        MixerWork work = MixerWork.of(mixer, tokens);
        parts.add(work.matrices());
        parts.add(work.state());
      }
    }
  }

  private static Work head(Network network, int outputs, KvType cache) {
    return MixerWork.of(network.head(), new MixerWork.Tokens(1, outputs, 0, cache)).matrices();
  }

  /** All parts together. */
  public Work total() {
    return parts.stream().reduce(Work.NONE, Work::plus);
  }

  /** The least time on a machine, one part after the other. */
  public double seconds(MachineSpeed speed) {
    return parts.stream().mapToDouble(work -> work.seconds(speed)).sum();
  }
}
