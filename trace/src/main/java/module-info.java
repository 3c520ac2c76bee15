// SPDX-License-Identifier: Apache-2.0

/** Recordings of scheduling: made, analysed, written for Perfetto. */
@SuppressWarnings("requires-automatic") // protobuf-java has a module's name but no descriptor
module org.jland.trace {
  requires com.google.protobuf;
  requires transitive org.jland.core; // custody's steps are part of a trace

  exports org.jland.trace;
  exports org.jland.trace.model;
}
