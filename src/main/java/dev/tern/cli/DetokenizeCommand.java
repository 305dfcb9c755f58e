package dev.tern.cli;

import dev.tern.error.TernException;
import dev.tern.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern detokenize ID…}. */
@Command(
    name = "detokenize",
    description = "Print the text of token ids.",
    footerHeading = "%nExample:%n",
    footer = "  tern detokenize -m model.gguf 15496 995")
final class DetokenizeCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private TokenizerArguments tokenizer;

  @Parameters(paramLabel = "ID", arity = "1..*", description = "The ids.")
  private List<Integer> ids;

  @Override
  public void run() {
    Tokenizer loaded = tokenizer.load();
    for (int id : ids) {
      if (id < 0 || id >= loaded.size()) {
        throw new TernException("token id %d is not in the vocabulary of %d entries".formatted(id, loaded.size()));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(loaded.decode(ids.stream().mapToInt(Integer::intValue).toArray()));
    out.flush();
  }
}
