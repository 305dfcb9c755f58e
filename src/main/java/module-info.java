/** Tern: language models in pure Java. Only the public API is exported. */
module dev.tern {
  requires jdk.incubator.vector;

  exports dev.tern.error;
}
