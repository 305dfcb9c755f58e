/** Tern: language models in pure Java. Only the public API is exported. */
module dev.tern {
  requires HdrHistogram;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.csv;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires info.picocli;
  requires java.management;
  requires jdk.incubator.vector;

  exports dev.tern;
  exports dev.tern.error;

  opens dev.tern.cli to
      info.picocli;
  // Their records are the JSON of tern laws and tern study.
  opens dev.tern.study.laws to
      com.fasterxml.jackson.databind;
  opens dev.tern.study.sweep to
      com.fasterxml.jackson.databind;
  opens dev.tern.study.synthetic to
      com.fasterxml.jackson.databind;
}
