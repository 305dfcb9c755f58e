package dev.tern;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Set;

/** The rules of packages: who may depend on whom, and who may touch the machine. */
@AnalyzeClasses(packages = "dev.tern", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.tern";

  /** From the top down; a package depends on its own level and on those below it. The public API is the root itself. */
  private static final List<Set<String>> LEVELS =
      List.of(
          Set.of("cli", "server"),
          Set.of(""),
          Set.of("study"),
          Set.of("evaluate"),
          Set.of("engine"),
          Set.of("convert"),
          Set.of("sampling", "tokenizer", "chat", "grammar"),
          Set.of("adapter"),
          Set.of("architecture"),
          Set.of("layer"),
          Set.of("kernel"),
          Set.of("quant"),
          Set.of("checkpoint"),
          Set.of("tensor"),
          Set.of("error"));

  @ArchTest
  static final ArchRule dependenciesPointDownwards =
      ArchRuleDefinition.classes().that().resideInAPackage(ROOT + "..").should(dependOnlyDownwards());

  @ArchTest
  static final ArchRule textKnowsNothingOfTensors =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + ".sampling..", ROOT + ".tokenizer..", ROOT + ".chat..", ROOT + ".grammar..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + ".architecture..", ROOT + ".layer..", ROOT + ".kernel..", ROOT + ".quant..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule vectorsStayInTheirKernels =
      noClasses()
          .that(not(resideInAPackage(ROOT + ".kernel.simd..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator.vector..");

  @ArchTest
  static final ArchRule nativeCodeIsCalledFromOnePlace =
      noClasses()
          .that(not(resideInAnyPackage(ROOT + ".kernel.ffm..", ROOT + ".tensor..")))
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Linker.class, SymbolLookup.class, FunctionDescriptor.class);

  @ArchTest
  static final ArchRule onlyTheCommandLineSpeaksToTheConsole =
      noClasses()
          .that(not(resideInAnyPackage(ROOT + ".cli..", ROOT + ".server..")))
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Throwable.class, "printStackTrace")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace", PrintStream.class);

  private static ArchCondition<JavaClass> dependOnlyDownwards() {
    return new ArchCondition<>("depend only on packages of their own level or below") {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
          JavaClass to = dependency.getTargetClass().getBaseComponentType();
          if (to.getPackageName().startsWith(ROOT) && level(to) < level(from)) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static int level(JavaClass type) {
    String inside = type.getPackageName().substring(ROOT.length());
    String first = inside.isEmpty() ? "" : inside.substring(1).split("\\.")[0];
    for (int i = 0; i < LEVELS.size(); i++) {
      if (LEVELS.get(i).contains(first)) {
        return i;
      }
    }
    throw new AssertionError("package " + type.getPackageName() + " has no level: give it one here and in DESIGN.md");
  }
}
