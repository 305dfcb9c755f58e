package dev.tern.kernel.simd;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Keeps HotSpot's first compiler away from the vector kernels. It runs out of registers on large ones, which then stay
 * interpreted; without it they go straight to the second compiler. And the functions that return vectors are always
 * inlined, because a vector that crosses a call is an object on the heap. The directive is added to the running JVM, so
 * a program that embeds the library needs no flags.
 */
public final class CompilerDirectives {
  private static final String DIRECTIVES =
      "[{match: [\"dev/tern/kernel/simd/*.*\"], c1: {Exclude: true}, "
          + "c2: {inline: [\"+dev/tern/kernel/simd/VectorMath.*\"]}}]";

  private static final Optional<String> PROBLEM = install();

  private CompilerDirectives() {}

  /** Why the kernels may run slowly in this JVM, if they may. Asking is enough to install the directives. */
  public static Optional<String> problem() {
    return PROBLEM;
  }

  private static Optional<String> install() {
    try {
      // Not createTempFile: its random numbers take longer to set up than all the rest.
      String name = "tern-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
      Path file = Path.of(System.getProperty("java.io.tmpdir"), name);
      Files.writeString(file, DIRECTIVES, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try {
        String answer = add(file.toString());
        return answer.contains("1 compiler directives added") ? Optional.empty() : Optional.of(unsuitable(answer));
      } finally {
        Files.delete(file);
      }
    } catch (IOException | JMException e) {
      return Optional.of(unsuitable(e.toString()));
    }
  }

  private static String unsuitable(String reason) {
    return "This JVM does not take compiler directives, so vector kernels may run slowly. Start java with: "
        + "-XX:-TieredCompilation ("
        + reason.strip()
        + ")";
  }

  private static String add(String file) throws JMException {
    Optional<String> answer = addDirectly(file);
    return answer.isPresent() ? answer.get() : addThroughBean(file);
  }

  /** The call behind the bean, for the launcher's jar, whose manifest opens it: 5 ms instead of 150. */
  private static Optional<String> addDirectly(String file) {
    try {
      Class.forName("com.sun.management.internal.PlatformMBeanProviderImpl"); // loads the native half
      Class<?> type = Class.forName("com.sun.management.internal.DiagnosticCommandImpl");
      Method find = type.getDeclaredMethod("getDiagnosticCommandMBean");
      Method execute = type.getDeclaredMethod("executeDiagnosticCommand", String.class);
      find.setAccessible(true);
      execute.setAccessible(true);
      return Optional.of((String) execute.invoke(find.invoke(null), "Compiler.directives_add \"" + file + "\""));
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return Optional.empty(); // not open to us, or another JDK: the bean is the documented way
    }
  }

  private static String addThroughBean(String file) throws JMException {
    Object[] arguments = {new String[] {"\"" + file + "\""}};
    String[] signature = {String[].class.getName()};
    ObjectName name = new ObjectName("com.sun.management:type=DiagnosticCommand");
    return (String)
        ManagementFactory.getPlatformMBeanServer().invoke(name, "compilerDirectivesAdd", arguments, signature);
  }
}
