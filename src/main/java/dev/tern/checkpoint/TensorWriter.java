package dev.tern.checkpoint;

import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A checkpoint that is being written: all names and shapes are settled, the data come tensor by tensor, in any order
 * and from any thread. Until {@link #finish} the data go to a file {@code *.part} beside the target, so that a target
 * is always whole, and may be the file the data come from.
 */
public final class TensorWriter implements AutoCloseable {
  private static final int CHUNK = 1 << 22;

  /** Where the data of a tensor go, counted from the end of the header. */
  record Range(long start, long bytes) {}

  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private final Map<String, Range> ranges;
  private final long dataStart;
  private final Set<String> written = ConcurrentHashMap.newKeySet();
  private boolean finished;

  private TensorWriter(Path target, Path part, FileChannel channel, Map<String, Range> ranges, long dataStart) {
    this.target = target;
    this.part = part;
    this.channel = channel;
    this.ranges = ranges;
    this.dataStart = dataStart;
  }

  /**
   * Begins a file.
   *
   * @param ranges by the tensors' names
   * @param dataBytes of all tensors with what pads them
   */
  static TensorWriter create(Path target, byte[] header, Map<String, Range> ranges, long dataBytes) {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      FileChannel channel =
          FileChannel.open(
              part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
      TensorWriter writer = new TensorWriter(target, part, channel, ranges, header.length);
      writer.start(header, dataBytes);
      return writer;
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  private void start(byte[] header, long dataBytes) {
    try {
      writeFully(ByteBuffer.wrap(header), 0);
      if (dataBytes > 0) {
        writeFully(ByteBuffer.allocate(1), dataStart + dataBytes - 1);
      }
    } catch (IOException e) {
      close();
      throw unwritable(target, e);
    }
  }

  /** Writes the data of a tensor: exactly its bytes. */
  public void write(String name, MemorySegment data) {
    Range range = ranges.get(name);
    if (range == null || range.bytes() != data.byteSize()) {
      String expected = range == null ? "one of the tensors announced" : range.bytes() + " bytes";
      throw Messages.mismatch(target.toString(), Messages.tensor(name), expected, data.byteSize() + " bytes");
    }
    if (!written.add(name)) {
      throw Messages.mismatch(target.toString(), Messages.tensor(name), "to be written once", "it twice");
    }
    try {
      for (long done = 0; done < range.bytes(); done += CHUNK) {
        long count = Math.min(CHUNK, range.bytes() - done);
        writeFully(buffer(data.asSlice(done, count)), dataStart + range.start() + done);
      }
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  /** Puts the file in place; every tensor must have been written. */
  public void finish() {
    for (String name : ranges.keySet()) {
      if (!written.contains(name)) {
        throw Messages.mismatch(target.toString(), Messages.tensor(name), "its data before the end", "none");
      }
    }
    try {
      channel.close();
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  /** Discards the file unless it was finished. */
  @Override
  public void close() {
    try {
      channel.close();
      if (!finished) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  /** Floats on the heap cannot be seen as bytes: they are copied, chunk by chunk. */
  private static ByteBuffer buffer(MemorySegment chunk) {
    return chunk.isNative() ? chunk.asByteBuffer() : ByteBuffer.wrap(chunk.toArray(ValueLayout.JAVA_BYTE));
  }

  private void writeFully(ByteBuffer bytes, long at) throws IOException {
    long start = at - bytes.position();
    while (bytes.hasRemaining()) {
      channel.write(bytes, start + bytes.position());
    }
  }

  private static CheckpointException unwritable(Path target, IOException e) {
    return new CheckpointException("%s: cannot be written: %s".formatted(target, e), e);
  }
}
