package dev.tern.cli;

import dev.tern.error.TernException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells the user in one line what went wrong; with {@code --verbose} a stack trace follows. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final BooleanSupplier verbose;

  Errors(BooleanSupplier verbose) {
    this.verbose = verbose;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    report(command, "%s: %s%s See '%s --help'.".formatted(name, wrongUse(e), suggestion(e), name), e);
    return Main.WRONG_USE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    report(command, command.getCommandSpec().qualifiedName() + ": " + describe(e), e);
    return Main.FAILED;
  }

  private void report(CommandLine command, String message, Throwable e) {
    PrintWriter err = command.getErr();
    err.println(message.strip().replaceAll("\\s*\\R\\s*", " "));
    if (verbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    err.flush();
  }

  private static String wrongUse(ParameterException e) {
    boolean root = e.getCommandLine().getParent() == null;
    if (root && e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      return "no command '%s'.".formatted(unmatched.getUnmatched().getFirst());
    }
    return e.getMessage().strip().replaceFirst("[.:]?$", ".");
  }

  private static String suggestion(ParameterException e) {
    List<String> near = e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    return near.isEmpty() ? "" : " Did you mean %s?".formatted(String.join(" or ", near));
  }

  private static String describe(Exception e) {
    return switch (e) {
      case TernException known -> known.getMessage();
      case UncheckedIOException wrapped -> describe(wrapped.getCause());
      case NoSuchFileException missing -> "no such file: " + missing.getFile();
      case FileSystemException file when file.getReason() != null -> file.getFile() + ": " + file.getReason();
      case IOException io -> io.toString();
      default -> "internal error: " + e + " (--verbose shows where)";
    };
  }
}
