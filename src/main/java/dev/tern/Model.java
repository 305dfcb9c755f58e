package dev.tern;

import dev.tern.adapter.AdapterMerge;
import dev.tern.adapter.MergedCheckpoint;
import dev.tern.architecture.ModelCheckpoints;
import dev.tern.checkpoint.Checkpoint;
import dev.tern.engine.Engine;
import dev.tern.engine.LoadedModel;
import dev.tern.engine.Rewinding;
import dev.tern.engine.Sequence;
import dev.tern.error.TernException;
import dev.tern.kernel.KvType;
import dev.tern.layer.StateOptions;
import dev.tern.layer.WeightedAdapter;
import dev.tern.tokenizer.Special;
import dev.tern.tokenizer.Tokenizer;
import dev.tern.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A language model in memory. Sessions of one model may be used by different threads at once; the weights are there
 * once.
 *
 * <pre>{@code
 * try (Model model = Model.load(Path.of("model.gguf"));
 *     Session session = model.session()) {
 *   for (String part : session.generate("Once upon a time")) {
 *     System.out.print(part);
 *   }
 * }
 * }</pre>
 */
public final class Model implements AutoCloseable {
  private final Path path;
  private final LoadedModel loaded;
  private final Tokenizer tokenizer;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final Set<Adapter> adapters = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private Model(Path path, LoadedModel loaded, Tokenizer tokenizer) {
    this.path = path;
    this.loaded = loaded;
    this.tokenizer = tokenizer;
  }

  /**
   * Loads a GGUF file or a Hugging Face directory.
   *
   * @throws dev.tern.error.CheckpointException if it is missing, malformed or not supported
   */
  public static Model load(Path path) {
    return load(path, ModelOptions.DEFAULT);
  }

  /** Loads a GGUF file or a Hugging Face directory. */
  public static Model load(Path path, ModelOptions options) {
    try (Checkpoint checkpoint = ModelCheckpoints.open(path)) {
      return load(path, checkpoint, options);
    }
  }

  /** Reads the tokenizer while the weights are packed. */
  private static Model load(Path path, Checkpoint checkpoint, ModelOptions options) {
    CompletableFuture<Tokenizer> tokenizer = CompletableFuture.supplyAsync(() -> Tokenizers.of(checkpoint));
    LoadedModel loaded = null;
    try {
      loaded = load(checkpoint, options);
      return new Model(path, loaded, tokenizer.join());
    } catch (CompletionException e) {
      loaded.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      tokenizer.exceptionally(failure -> null).join();
    }
  }

  private static LoadedModel load(Checkpoint checkpoint, ModelOptions options) {
    Merging merging = options.merging();
    if (merging.adapters().isEmpty()) {
      return LoadedModel.load(checkpoint, options.forEngine());
    }
    try (AdapterMerge merge = AdapterMerge.open(checkpoint, merging.adapters())) {
      return LoadedModel.load(new MergedCheckpoint(checkpoint, merge, merging.mergeType()), options.forEngine());
    }
  }

  /** A session with the default options. */
  public Session session() {
    return session(SessionOptions.DEFAULT);
  }

  public Session session(SessionOptions options) {
    Rewinding text = new Rewinding(engine(), new StateOptions(KvType.valueOf(options.cache().name())));
    try {
      adapt(text.sequence(), options.adapters());
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
    return adopt(text, options.adapters());
  }

  /**
   * Loads an adapter for this model: a PEFT directory or a GGUF file. Sessions may run meanwhile.
   *
   * @throws dev.tern.error.CheckpointException if it is malformed, not supported or does not fit this model
   */
  public Adapter loadAdapter(Path path) {
    engine();
    Adapter adapter = new Adapter(this, loaded.adapter(path));
    adapters.add(adapter);
    return adapter;
  }

  void adapt(Sequence sequence, Map<Adapter, Float> adapters) {
    List<WeightedAdapter> weighted = new ArrayList<>();
    adapters.forEach((adapter, weight) -> weighted.add(checked(adapter, weight)));
    engine().adapt(sequence, weighted);
  }

  private WeightedAdapter checked(Adapter adapter, float weight) {
    if (adapter.model() != this) {
      throw new TernException(
          "%s: the adapter was loaded for %s, not for %s".formatted(adapter.path(), adapter.model().path, path));
    }
    if (!Float.isFinite(weight)) {
      throw new TernException("%s: expected a finite weight, found %s".formatted(adapter.path(), weight));
    }
    return adapter.weighted(weight);
  }

  Session adopt(Rewinding text, Map<Adapter, Float> adapters) {
    Session session = new Session(this, text, adapters);
    sessions.add(session);
    return session;
  }

  void release(Adapter adapter) {
    adapters.remove(adapter);
  }

  void release(Session session) {
    sessions.remove(session);
  }

  /** The ids of a text; special tokens in it are text like any other. */
  public int[] tokenize(String text) {
    return tokenizer.encode(text, Special.TEXT);
  }

  /** The ids of a prompt: special tokens are parsed, and what the model wants around a text is added. */
  public int[] tokenizePrompt(String text) {
    return tokenizer.encodePrompt(text);
  }

  /** The text of ids, control tokens left out. */
  public String detokenize(int... ids) {
    return tokenizer.decode(ids);
  }

  public Path path() {
    return path;
  }

  public int vocabularySize() {
    return engine().network().vocabulary();
  }

  /** The most tokens a session may hold. */
  public int contextLength() {
    return engine().contextLength();
  }

  /** Numbers in all matrices and vectors. */
  public long parameters() {
    return loaded.parameters();
  }

  /** Those that take part in one token: without the experts that a mixture does not choose. */
  public long activeParameters() {
    return loaded.activeParameters();
  }

  /**
   * How often each expert was chosen since the model was loaded, by the numbers of the layers that have experts; empty
   * if none has.
   */
  public SortedMap<Integer, long[]> expertCounts() {
    return loaded.expertCounts();
  }

  /** Bytes of weights in memory. */
  public long weightBytes() {
    return loaded.weightBytes();
  }

  /** Threads that compute. */
  public int threads() {
    return loaded.threads();
  }

  Engine engine() {
    if (closed) {
      throw new TernException("the model is closed");
    }
    return loaded.engine();
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Waits for the step in progress, then frees all memory, that of open sessions and adapters included. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      loaded.engine().close();
      sessions.forEach(Session::close);
      adapters.forEach(Adapter::close);
      loaded.close();
    }
  }
}
