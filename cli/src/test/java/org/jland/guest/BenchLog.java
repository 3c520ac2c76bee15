// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.util.ArrayList;
import java.util.List;
import org.jland.bench.Boot;
import org.jland.bench.Sample;
import org.jland.bench.run.BenchListener;

/** What a run of the suite told. A row that is skipped fails the test. One thread. */
class BenchLog implements BenchListener {
  final List<Boot> boots = new ArrayList<>();
  final List<Sample> samples = new ArrayList<>();
  final List<String> phases = new ArrayList<>();

  @Override
  public void booted(Boot boot) {
    boots.add(boot);
  }

  @Override
  public void phase(String what) {
    phases.add(what);
  }

  @Override
  public void sampled(Sample sample) {
    samples.add(sample);
  }

  @Override
  public void skipped(String row, String why) {
    throw new AssertionError(row + " was skipped: " + why);
  }
}
