package dev.tern.adapter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tern.architecture.huggingface.HuggingFaceCheckpoint;
import dev.tern.architecture.huggingface.HuggingFaceModules.Part;
import dev.tern.checkpoint.Json;
import dev.tern.checkpoint.SafetensorsWriter;
import dev.tern.checkpoint.TensorInfo;
import dev.tern.checkpoint.TensorView;
import dev.tern.checkpoint.TensorWriter;
import dev.tern.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes a Hugging Face directory with adapters merged into the tensors as it names and orders them. */
final class MergedDirectory {
  private static final String HEAD = "lm_head.weight";
  private static final String TIED = "tie_word_embeddings";

  private final HuggingFaceCheckpoint base;
  private final AdapterMerge merge;
  private final MergedCheckpoint merged;
  private final MergeType type;
  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final Set<String> done = new HashSet<>();

  /** A tensor to be written. */
  private record Source(TensorInfo info, Data data) {}

  /** Makes the tensor; what has to be computed lies in the arena. */
  @FunctionalInterface
  private interface Data {
    TensorView in(Arena arena);
  }

  MergedDirectory(HuggingFaceCheckpoint base, AdapterMerge merge, MergedCheckpoint merged, MergeType type) {
    this.base = base;
    this.merge = merge;
    this.merged = merged;
    this.type = type;
  }

  void write(Path out) {
    base.directory().tensors().forEach(this::plan);
    if (merged.untied()) {
      String head = MergedCheckpoint.HEAD + MergedCheckpoint.WEIGHT;
      TensorInfo info = merged.info(head);
      sources.put(
          HEAD, new Source(new TensorInfo(HEAD, info.type(), info.shape()), arena -> merged.tensor(head, arena)));
      done.add(MergedCheckpoint.HEAD);
    }
    requireAllDone();
    try {
      Files.createDirectories(out);
      writeTensors(out.resolve("model.safetensors"));
      copyOthers(out);
    } catch (IOException e) {
      throw new CheckpointException("%s: cannot be written: %s".formatted(out, e), e);
    }
  }

  private void requireAllDone() {
    for (String target : merge.targets()) {
      if (!done.contains(target) || merge.addsBias(target) && !done.contains(target + MergedCheckpoint.BIAS)) {
        throw new CheckpointException(
            "%s: '%s' is no plain matrix of its own there, with a bias if it gets one: merge into a GGUF form"
                .formatted(base.path(), target));
      }
    }
  }

  private void plan(TensorView tensor) {
    String name = tensor.name();
    int rank = tensor.shape().size();
    Source source = null;
    if (name.endsWith(MergedCheckpoint.WEIGHT) && rank == 2) {
      source = matrix(tensor, name.substring(0, name.length() - MergedCheckpoint.WEIGHT.length()));
    } else if (name.endsWith(MergedCheckpoint.BIAS) && rank == 1) {
      source = bias(tensor, name.substring(0, name.length() - MergedCheckpoint.BIAS.length()));
    }
    sources.put(name, source == null ? new Source(TensorInfo.of(tensor), _ -> tensor) : source);
  }

  private Source matrix(TensorView tensor, String module) {
    if (merge.base().modules().tensors(module).stream().noneMatch(merge::changes)) {
      return null;
    }
    boolean transposed = merge.base().modules().parts(module, tensor.rows()).getFirst().transposed();
    List<Part> parts = merge.base().modules().parts(module, transposed ? tensor.cols() : tensor.rows());
    parts.forEach(part -> done.add(part.tensor()));
    TensorInfo info =
        new TensorInfo(tensor.name(), type.of(base.path().toString(), tensor.name(), tensor.type()), tensor.shape());
    if (transposed) {
      return new Source(info, arena -> merged(TargetOrder.transposed(tensor), parts, info, arena, true));
    }
    return new Source(info, arena -> merged(tensor, parts, info, arena, false));
  }

  private TensorView merged(TensorView matrix, List<Part> parts, TensorInfo info, Arena arena, boolean transposed) {
    Places places = new Places(parts, matrix.rows());
    TensorView result =
        AdapterMerge.merged(
            matrix, info.type(), arena, (row, values) -> merge.row(places.tensor(row), places.row(row), values));
    return transposed ? TargetOrder.transposed(result) : result;
  }

  private Source bias(TensorView tensor, String module) {
    List<String> tensors = merge.base().modules().tensors(module);
    if (tensors.stream().noneMatch(merge::changesBias)) {
      return null;
    }
    Places places = new Places(merge.base().modules().parts(module, tensor.cols()), tensor.cols());
    tensors.forEach(name -> done.add(name + MergedCheckpoint.BIAS));
    TensorInfo info = new TensorInfo(tensor.name(), type.ofBias(tensor.type()), tensor.shape());
    return new Source(
        info,
        arena ->
            AdapterMerge.merged(
                tensor,
                info.type(),
                arena,
                (_, values) -> {
                  for (int i = 0; i < values.length; i++) {
                    values[i] = merge.bias(places.tensor(i), places.row(i), values[i]);
                  }
                  return values;
                }));
  }

  /** Where the rows of a module are among the matrices of GGUF. */
  private static final class Places {
    private final String[] tensors;
    private final int[] rows;

    private Places(List<Part> parts, int count) {
      tensors = new String[count];
      rows = new int[count];
      for (Part part : parts) {
        int length = part.rows() == null ? count : part.rows().length;
        for (int i = 0; i < length; i++) {
          int row = part.rows() == null ? i : part.rows()[i];
          tensors[row] = part.tensor();
          rows[row] = i;
        }
      }
    }

    private String tensor(int row) {
      return tensors[row];
    }

    private int row(int row) {
      return rows[row];
    }
  }

  private void writeTensors(Path file) {
    List<TensorInfo> infos = sources.values().stream().map(Source::info).toList();
    try (TensorWriter writer = SafetensorsWriter.create(file, Map.of("format", "pt"), infos)) {
      for (Source source : sources.values()) {
        try (Arena arena = Arena.ofShared()) {
          writer.write(source.info.name(), source.data.in(arena).data());
        }
      }
      writer.finish();
    }
  }

  /** Configuration and tokenizer go along; weights in other files do not. */
  private void copyOthers(Path out) throws IOException {
    try (Stream<Path> files = Files.list(base.path())) {
      for (Path file : files.filter(Files::isRegularFile).filter(MergedDirectory::isNoWeights).toList()) {
        Files.copy(file, out.resolve(file.getFileName()));
      }
    }
    if (merged.untied()) {
      Path config = out.resolve("config.json");
      ObjectNode json = (ObjectNode) Json.readObject(config);
      json.put(TIED, false);
      if (json.path("text_config") instanceof ObjectNode text) {
        text.put(TIED, false);
      }
      Files.write(config, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }
  }

  private static boolean isNoWeights(Path file) {
    return !file.getFileName().toString().matches(".*\\.(safetensors(\\.index\\.json)?|gguf|bin|pt|pth)");
  }
}
