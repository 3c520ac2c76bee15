// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import org.jland.bench.Boot;
import org.jland.bench.Sample;

/** Told what happens, by the thread that runs the suite. */
public interface BenchListener {

  /** The machine is known. */
  void booted(Boot boot);

  /** Something begins; one line for people. */
  void phase(String what);

  /** A run is over. */
  void sampled(Sample sample);

  /** A row can't be measured on this machine, which is no fault: it lacks what the row is about. */
  void skipped(String row, String why);
}
