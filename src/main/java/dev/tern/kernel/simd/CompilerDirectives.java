package dev.tern.kernel.simd;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Tells HotSpot how to compile the vector kernels, so that their vectors stay in registers. A vector that crosses a
 * call is an object on the heap, and nothing compiles such a kernel again. The directives are added to the running JVM,
 * so a program that embeds the library needs no flags.
 */
public final class CompilerDirectives {
  /**
   * The first compiler runs out of registers on large kernels, which then stay interpreted; without it they go straight
   * to the second. Functions that return vectors are always inlined. Loops over vectors are not: in a method of many,
   * the compiler reaches its limits half-way.
   */
  private static final String KERNELS =
      """
      {match: ["dev/tern/kernel/simd/*.*"], c1: {Exclude: true},
       c2: {inline: ["+dev/tern/kernel/simd/VectorMath.*", "-*Loops.*", "-*Kernels.*"]}}\
      """;

  /** For the same reason no kernel is inlined into what calls it. */
  private static final String CALLERS =
      """
      {match: ["dev/tern/*.*"], c2: {inline: ["-dev/tern/kernel/simd/*.*"]}}\
      """;

  /**
   * Methods of the Vector API are compiled as parts of kernels only. By themselves they would be compiled for the
   * operators met so far, and count a trap for each one that comes later; and a kernel whose parts have more traps than
   * the limit allows calls what it would inline. The price is a slower first second.
   */
  private static final String PARTS =
      """
      {match: ["jdk/incubator/vector/*.*"], c2: {Exclude: true}}\
      """;

  /** {@code -XX:PerMethodTrapLimit} from which the traps do not matter; HotSpot's is 100. The launcher sets it. */
  private static final int MANY_TRAPS = 10_000;

  private static final Pattern TRAP_LIMIT = Pattern.compile("-XX:PerMethodTrapLimit=(\\d{1,9})\\b");

  private static final Optional<String> PROBLEM = install();

  private CompilerDirectives() {}

  /** Why the kernels may run slowly in this JVM, if they may. Asking is enough to install the directives. */
  public static Optional<String> problem() {
    return PROBLEM;
  }

  private static Optional<String> install() {
    try {
      List<String> directives = new ArrayList<>(List.of(KERNELS, CALLERS));
      if (trapLimit() < MANY_TRAPS) {
        directives.add(PARTS);
      }
      String answer = add(directives);
      boolean added = answer.contains(directives.size() + " compiler directives added");
      return added ? Optional.empty() : Optional.of(unsuitable(answer));
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

  /** As it was set, or 0. */
  private static int trapLimit() throws JMException {
    Matcher limit = TRAP_LIMIT.matcher(diagnose("VM.flags", "vmFlags", ""));
    return limit.find() ? Integer.parseInt(limit.group(1)) : 0;
  }

  private static String add(List<String> directives) throws IOException, JMException {
    // Not createTempFile: its random numbers take longer to set up than all the rest.
    String name = "tern-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    Path file = Path.of(System.getProperty("java.io.tmpdir"), name);
    String json = directives.toString(); // a list prints as an array
    Files.writeString(file, json, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      return diagnose("Compiler.directives_add", "compilerDirectivesAdd", "\"" + file + "\"");
    } finally {
      Files.delete(file);
    }
  }

  private static String diagnose(String command, String operation, String argument) throws JMException {
    Optional<String> answer = diagnoseDirectly(command + " " + argument);
    return answer.isPresent() ? answer.get() : diagnoseThroughBean(operation, argument);
  }

  /** The call behind the bean, for the launcher's jar, whose manifest opens it: 5 ms instead of 150. */
  private static Optional<String> diagnoseDirectly(String command) {
    try {
      Class.forName("com.sun.management.internal.PlatformMBeanProviderImpl"); // loads the native half
      Class<?> type = Class.forName("com.sun.management.internal.DiagnosticCommandImpl");
      Method find = type.getDeclaredMethod("getDiagnosticCommandMBean");
      Method execute = type.getDeclaredMethod("executeDiagnosticCommand", String.class);
      find.setAccessible(true);
      execute.setAccessible(true);
      return Optional.of((String) execute.invoke(find.invoke(null), command));
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return Optional.empty(); // not open to us, or another JDK: the bean is the documented way
    }
  }

  private static String diagnoseThroughBean(String operation, String argument) throws JMException {
    Object[] arguments = {argument.isEmpty() ? new String[0] : new String[] {argument}};
    String[] signature = {String[].class.getName()};
    ObjectName name = new ObjectName("com.sun.management:type=DiagnosticCommand");
    return (String) ManagementFactory.getPlatformMBeanServer().invoke(name, operation, arguments, signature);
  }
}
