package dev.tern.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class CompilerDirectivesTest {

  @Test
  void theRunningJvmHasTheDirectives() throws JMException {
    assertEquals(Optional.empty(), CompilerDirectives.problem());
    String directives =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "compilerDirectivesPrint",
                    new Object[0],
                    new String[0]);
    int kernels = directives.indexOf("matching: dev/tern/kernel/simd/*.*");
    int callers = directives.indexOf("matching: dev/tern/*.*");
    int parts = directives.indexOf("matching: jdk/incubator/vector/*.*");
    assertTrue(0 <= kernels && kernels < callers && callers < parts, directives);
  }
}
