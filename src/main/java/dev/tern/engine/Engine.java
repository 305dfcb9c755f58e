package dev.tern.engine;

import dev.tern.error.ContextOverflowException;
import dev.tern.error.TernException;
import dev.tern.kernel.Kernels;
import dev.tern.kernel.KvType;
import dev.tern.layer.Batch;
import dev.tern.layer.EncoderHead;
import dev.tern.layer.LinearObserver;
import dev.tern.layer.Network;
import dev.tern.layer.Pass;
import dev.tern.layer.Span;
import dev.tern.layer.StateOptions;
import dev.tern.layer.WeightedAdapter;
import dev.tern.tensor.Activations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs steps of any number of sequences on one network. Threads call it at will: a prompt goes in chunks between which
 * others get their turn, and next tokens that wait at the same time share one pass, so that the weights are read once
 * for all of them. What a sequence computes does not depend on who shares its passes.
 */
public final class Engine {
  /** Tokens of a prompt that go through the network together. */
  public static final int CHUNK = 512;

  private static final int MOST_SHARED = 64;

  private final Network network;
  private final Kernels kernels;
  private final int contextLength;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final ArrayDeque<Step> waiting = new ArrayDeque<>();
  private final List<Step> running = new ArrayList<>();
  private final Pass pass;
  private final Activations x = new Activations();
  private final Activations logits = new Activations();
  private volatile List<WeightedAdapter> adapters = List.of();
  private boolean closed;

  /**
   * @param contextLength the most tokens a sequence may have
   */
  public Engine(Network network, Kernels kernels, int contextLength) {
    this.network = network;
    this.kernels = kernels;
    this.contextLength = contextLength;
    pass = new Pass(kernels);
  }

  public Network network() {
    return network;
  }

  public Kernels kernels() {
    return kernels;
  }

  public int contextLength() {
    return contextLength;
  }

  /** A sequence with the adapters that {@link #adaptNew} chose. */
  public Sequence sequence(StateOptions options) {
    Sequence sequence = new Sequence(network.slots().create(options));
    sequence.adapt(adapters);
    return sequence;
  }

  /** Chooses the adapters that sequences begin with from now on; they must stay open. */
  public void adaptNew(List<WeightedAdapter> adapters) {
    this.adapters = List.copyOf(adapters);
  }

  /** Shows an observer what linears are given, whoever's tokens they are, from now on; null for none. */
  public void observe(LinearObserver observer) {
    turn.lock();
    try {
      pass.observe(observer);
    } finally {
      turn.unlock();
    }
  }

  /** Puts adapters in force for a sequence from its next token on, between two steps. */
  public void adapt(Sequence sequence, List<WeightedAdapter> adapters) {
    sequence.requireOpen();
    turn.lock();
    try {
      sequence.adapt(adapters);
    } finally {
      turn.unlock();
    }
  }

  /**
   * Runs tokens of a prompt.
   *
   * @param all whether {@code sink} gets the logits after every token; else only those after the last
   * @param sink null if no logits are wanted
   * @param go asked before each chunk; when false the rest is left out
   * @return tokens that were run
   */
  public int prefill(Sequence sequence, int[] ids, boolean all, LogitsSink sink, Go go) {
    requireDecoder();
    requireRoom(sequence, ids.length);
    int done = 0;
    while (done < ids.length && go.on()) {
      int count = Math.min(all ? chunkForLogits() : CHUNK, ids.length - done);
      boolean last = done + count == ids.length;
      turn.lock();
      try {
        runChunk(sequence, ids, done, count, outputs(sink, all, last, count), sink);
      } finally {
        turn.unlock();
      }
      done += count;
    }
    return done;
  }

  /** A chunk whose logits stay within 64 MB. */
  private int chunkForLogits() {
    return Math.clamp((1 << 24) / network.vocabulary(), 1, CHUNK);
  }

  /** Whether to go on. */
  @FunctionalInterface
  public interface Go {
    Go ALWAYS = () -> true;

    boolean on();
  }

  private static int outputs(LogitsSink sink, boolean all, boolean last, int count) {
    if (sink == null) {
      return 0;
    }
    if (all) {
      return count;
    }
    return last ? 1 : 0;
  }

  /** Runs one chunk; the logits of its last {@code outputs} tokens go to the sink. */
  private void runChunk(Sequence sequence, int[] ids, int from, int count, int outputs, LogitsSink sink) {
    requireOpen();
    Batch batch = pass.batch().start(false);
    int position = sequence.length();
    batch.add(sequence.states(), sequence.adapters(), position, checked(ids, from, count), from, count);
    for (int row = count - outputs; row < count; row++) {
      batch.output(row);
    }
    try {
      runBatch(outputs > 0);
    } catch (RuntimeException | OutOfMemoryError e) {
      sequence.rollBack();
      throw e;
    }
    sequence.advance(ids, from, count);
    for (int i = 0; i < outputs; i++) {
      sink.accept(position + count - outputs + i, logits.data(), logits.offset(i));
    }
  }

  /** Receives what an encoder makes of one text, while the engine holds it: rows must be copied to be kept. */
  @FunctionalInterface
  public interface EncodedSink {
    /**
     * @param hidden {@code [batch, width]}, of which {@code span} tells the rows of this text
     * @param logits of the head, or without rows if it has none
     * @param row the first row of this text in {@code logits}
     */
    void accept(Span span, Activations hidden, Activations logits, int row);
  }

  /**
   * Runs whole texts through an encoder, side by side in one batch without padding.
   *
   * @param sink called for each text in order
   */
  public void encode(List<int[]> texts, EncodedSink sink) {
    List<Sequence> sequences = new ArrayList<>();
    turn.lock();
    try {
      requireOpen();
      Batch batch = pass.batch().start(false);
      for (int[] ids : texts) {
        Sequence sequence = sequence(new StateOptions(KvType.F32));
        sequences.add(sequence);
        requireRoom(sequence, ids.length);
        Span span = batch.add(sequence.states(), List.of(), 0, checked(ids, 0, ids.length), 0, ids.length);
        encoderHead().requestOutputs(batch, span);
      }
      runEncoder(sink);
    } finally {
      turn.unlock();
      sequences.forEach(Sequence::close);
    }
  }

  private EncoderHead encoderHead() {
    if (network.head() instanceof EncoderHead head) {
      return head;
    }
    throw new TernException("the model is a decoder: expected an encoder such as BERT");
  }

  private void runEncoder(EncodedSink sink) {
    EncoderHead head = encoderHead();
    network.forward(pass, x);
    if (head.outputs() > 0) {
      head.apply(pass, x, logits);
    }
    if (head.norm() != null) {
      head.norm().apply(pass, x, x);
    }
    int row = 0;
    for (int i = 0; i < pass.batch().spanCount(); i++) {
      Span span = pass.batch().span(i);
      sink.accept(span, x, logits, row);
      row += head.outputRows(span);
    }
  }

  /** Runs one next token; steps of other threads that wait at the same time run in the same pass. */
  public void decode(Step step) {
    requireDecoder();
    requireRoom(step.sequence, 1);
    checked(step.token, 0, 1);
    synchronized (waiting) {
      waiting.add(step);
    }
    turn.lock();
    try {
      while (!step.done) {
        runWaiting();
      }
    } finally {
      turn.unlock();
    }
    if (step.failure != null) {
      throw step.failure;
    }
  }

  /** Runs one next token of each of several sequences in one pass. */
  public void decode(List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      requireRoom(steps.get(i).sequence, 1);
      checked(steps.get(i).token, 0, 1);
    }
    turn.lock();
    try {
      requireOpen();
      for (int i = 0; i < steps.size(); i++) {
        running.add(steps.get(i));
      }
      runSteps();
    } finally {
      turn.unlock();
    }
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).failure != null) {
        throw steps.get(i).failure;
      }
    }
  }

  private void runWaiting() {
    synchronized (waiting) {
      while (!waiting.isEmpty() && running.size() < MOST_SHARED) {
        running.add(waiting.poll());
      }
    }
    runSteps();
  }

  private void runSteps() {
    RuntimeException failure = null;
    try {
      requireOpen();
      Batch batch = pass.batch().start(true);
      for (int i = 0; i < running.size(); i++) { // an iterator would be an object for every token
        Step step = running.get(i);
        Sequence sequence = step.sequence;
        Span span = batch.add(sequence.states(), sequence.adapters(), sequence.length(), step.token, 0, 1);
        batch.output(span.row());
      }
      runBatch(true);
    } catch (RuntimeException e) {
      failure = e;
    }
    for (int i = 0; i < running.size(); i++) {
      finish(running.get(i), i, failure);
    }
    running.clear();
  }

  private void finish(Step step, int index, RuntimeException failure) {
    step.failure = failure;
    if (failure == null) {
      step.sequence.advance(step.token, 0, 1);
      System.arraycopy(logits.data(), logits.offset(index), step.logits, 0, logits.width());
    } else {
      step.sequence.rollBack();
    }
    step.done = true;
  }

  private void runBatch(boolean wantsLogits) {
    if (wantsLogits) {
      network.forward(pass, x, logits);
    } else {
      network.forward(pass, x);
    }
  }

  private int[] checked(int[] ids, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (ids[i] < 0 || ids[i] >= network.vocabulary()) {
        throw new TernException(
            "token id %d is not in the vocabulary of %d entries".formatted(ids[i], network.vocabulary()));
      }
    }
    return ids;
  }

  private void requireDecoder() {
    if (network.isEncoder()) {
      throw new TernException("the model is an encoder: it embeds and classifies texts, but does not generate");
    }
  }

  private void requireRoom(Sequence sequence, int count) {
    sequence.requireOpen();
    if (sequence.length() + (long) count > contextLength) {
      throw new ContextOverflowException(sequence.length(), count, contextLength);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new TernException("the model is closed");
    }
  }

  /** Waits for the step in progress; later steps fail. */
  public void close() {
    turn.lock();
    try {
      closed = true;
    } finally {
      turn.unlock();
    }
  }
}
