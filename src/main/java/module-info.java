/** Tern: language models in pure Java. Only the public API is exported. */
module dev.tern {
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires java.management;
  requires jdk.incubator.vector;

  exports dev.tern;
  exports dev.tern.error;

  opens dev.tern.cli to
      info.picocli;
}
