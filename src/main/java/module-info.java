/** Tern: language models in pure Java. Only the public API is exported. */
module dev.tern {
  requires com.fasterxml.jackson.databind;
  requires jdk.incubator.vector;

  exports dev.tern.error;
}
