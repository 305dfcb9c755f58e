package dev.tern.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** What {@code tern --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("(unpackaged)");
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    return new String[] {"tern %s, Java %s, %s".formatted(version, Runtime.version(), machine)};
  }
}
