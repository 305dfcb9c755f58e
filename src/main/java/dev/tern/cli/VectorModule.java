package dev.tern.cli;

import dev.tern.error.TernException;
import java.lang.reflect.InvocationTargetException;

/**
 * Brings in the Vector API after start-up. With {@code --add-modules} the JVM would print a warning about incubator
 * modules on every run; the call by which the JDK itself adds a module late (it does so for agents) prints none and
 * gives the same code. It is internal, so the manifest of {@code tern.jar} asks for access to it.
 */
final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  /**
   * Loads the module unless the JVM was started with it.
   *
   * @throws TernException if this JVM does not have it or does not let it be loaded
   */
  static void load() {
    if (ModuleLayer.boot().findModule(NAME).isPresent()) {
      return;
    }
    try {
      Class.forName("jdk.internal.module.Modules").getMethod("loadModule", String.class).invoke(null, NAME);
    } catch (InvocationTargetException e) {
      throw missing(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw missing(e);
    }
  }

  private static TernException missing(Throwable cause) {
    return new TernException(
        "the Vector API is missing: start with ./tern, java -jar tern.jar or java --add-modules " + NAME, cause);
  }
}
