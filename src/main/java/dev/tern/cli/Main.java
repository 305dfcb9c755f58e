package dev.tern.cli;

import dev.tern.error.TernException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code tern}: exit code 0, or 1 for a failed run and 2 for wrong use, with one line on the standard error. */
@Command(
    name = "tern",
    description = "Language models in pure Java.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    exitCodeOnInvalidInput = Main.WRONG_USE,
    exitCodeOnExecutionException = Main.FAILED,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tern generate \"public static\"    continue a text with the shipped model",
      "  tern help generate               the options of a command, with examples",
      "  tern --version",
    })
public final class Main implements Runnable {
  static final int FAILED = 1;
  static final int WRONG_USE = 2;

  private static final int HELP_WIDTH = 100;

  /** In the order of the help. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          GenerateCommand.class,
          InspectCommand.class,
          BenchCommand.class,
          EvalCommand.class,
          QuantizeCommand.class,
          EmbedCommand.class,
          ClassifyCommand.class,
          TokenizeCommand.class,
          DetokenizeCommand.class,
          MergeCommand.class,
          VerifyCommand.class,
          LawsCommand.class,
          StudyCommand.class,
          Help.class);

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of Tern and Java.")
  private boolean version;

  @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show where an error came from.")
  private boolean verbose;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    int exitCode = commandLine(args).execute(args);
    InterruptedRun.finished();
    System.exit(exitCode);
  }

  /**
   * The parser, and the project's way of reporting errors. Where the arguments begin with a command it knows that one
   * only: reading the annotations of all of them would delay every start.
   */
  static CommandLine commandLine(String... args) {
    Main main = new Main();
    Errors errors = new Errors(() -> main.verbose);
    CommandLine tern = new CommandLine(main);
    commands(args).forEach(tern::addSubcommand);
    return tern.setUsageHelpWidth(HELP_WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setExecutionStrategy(main::execute)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  private static List<Class<?>> commands(String... args) {
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(type -> type != Help.class && args.length > 0)
            .filter(type -> type.getAnnotation(Command.class).name().equals(args[0]))
            .toList();
    return named.isEmpty() ? COMMANDS : named;
  }

  /** The Vector API is looked for only when a command runs: help and version do without. */
  private int execute(CommandLine.ParseResult parsed) {
    Integer helpShown = CommandLine.executeHelpRequest(parsed);
    if (helpShown != null) {
      return helpShown;
    }
    try {
      VectorModule.load();
    } catch (TernException e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), e.getMessage(), e);
    }
    return new RunLast().execute(parsed);
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
