package dev.tern.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tern.checkpoint.Json;
import dev.tern.error.TernException;
import dev.tern.tokenizer.Piece;
import dev.tern.tokenizer.Special;
import dev.tern.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern tokenize TEXT…}. */
@Command(
    name = "tokenize",
    description = "Print the token ids of texts, a line per text.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern tokenize \"public static\"",
      "  tern tokenize -m model.gguf --json --special \"<|im_start|>user\"",
      "  tern tokenize --file Main.java",
    })
final class TokenizeCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private TokenizerArguments tokenizer;

  @Option(names = "--file", paramLabel = "FILE", description = "A text from a file (UTF-8); repeatable.")
  private List<Path> files = List.of();

  @Option(names = "--special", description = "Names of special tokens in the text become those tokens.")
  private boolean special;

  @Option(names = "--prompt", description = "Treat texts as whole prompts: with the tokens that begin and end them.")
  private boolean prompt;

  @Option(names = "--json", description = "A JSON array per text: id, piece, and where it lies in the UTF-8 bytes.")
  private boolean json;

  @Parameters(paramLabel = "TEXT", arity = "0..*", description = "The texts.")
  private List<String> texts = List.of();

  @Override
  public void run() {
    if (texts.isEmpty() && files.isEmpty()) {
      throw new picocli.CommandLine.ParameterException(spec.commandLine(), "expected a TEXT or --file");
    }
    Tokenizer loaded = tokenizer.load();
    List<String> all = new ArrayList<>(texts);
    files.forEach(file -> all.add(read(file)));
    PrintWriter out = spec.commandLine().getOut();
    all.forEach(text -> out.println(json ? pieces(loaded, text) : ids(loaded, text)));
    out.flush();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.nio.charset.MalformedInputException e) {
      throw new TernException("%s: expected UTF-8 text, found other bytes".formatted(file), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String ids(Tokenizer tokenizer, String text) {
    int[] ids = prompt ? tokenizer.encodePrompt(text) : tokenizer.encode(text, mode());
    return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  private ArrayNode pieces(Tokenizer tokenizer, String text) {
    ArrayNode array = Json.MAPPER.createArrayNode();
    for (Piece piece : tokenizer.pieces(text, mode())) {
      array
          .addObject()
          .put("id", piece.id())
          .put("piece", piece.text())
          .put("start", piece.start())
          .put("end", piece.end());
    }
    return array;
  }

  private Special mode() {
    return special || prompt ? Special.PARSE : Special.TEXT;
  }
}
