package dev.tern.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern help [COMMAND]}. */
@Command(
    name = "help",
    description = "Show the help of a command.",
    footerHeading = "%nExample:%n",
    footer = "  tern help generate")
final class Help implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command; without it, all of them.")
  private String name;

  @Override
  public void run() {
    CommandLine tern = spec.parent().commandLine();
    CommandLine command = name == null ? tern : tern.getSubcommands().get(name);
    if (command == null) {
      throw new ParameterException(spec.commandLine(), "no command '" + name + "'");
    }
    command.usage(spec.commandLine().getOut());
  }
}
