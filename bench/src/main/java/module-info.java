// SPDX-License-Identifier: Apache-2.0

/** The benchmark suite: workloads, the runner that compares schedulers by them, and the report. */
module org.jland.bench {
  requires com.fasterxml.jackson.databind;
  requires jdk.httpserver; // a load
  requires org.jland.core;
  requires org.jland.trace;

  exports org.jland.bench;
  exports org.jland.bench.process;
  exports org.jland.bench.report;
  exports org.jland.bench.run;

  opens org.jland.bench to
      com.fasterxml.jackson.databind;
  opens org.jland.bench.run to
      com.fasterxml.jackson.databind;
}
