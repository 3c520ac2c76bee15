// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import org.jland.bench.Boot;
import org.jland.bench.ResultsFile;
import org.jland.bench.Sample;

/**
 * What the suite tells while it runs, as a line of a guest's output. One of the four is there.
 *
 * @param boot the machine is known
 * @param sample a run is over
 * @param phase something begins
 * @param skip a row can't be measured there
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BenchEvent(Boot boot, Sample sample, String phase, Skip skip) {
  private static final String PREFIX = "@bench ";

  /** See {@link BenchListener#skipped}. */
  public record Skip(String row, String why) {}

  /** Writes events to standard output. */
  public static BenchListener printer() {
    return new BenchListener() {
      @Override
      public void booted(Boot boot) {
        print(new BenchEvent(boot, null, null, null));
      }

      @Override
      public void phase(String what) {
        print(new BenchEvent(null, null, what, null));
      }

      @Override
      public void sampled(Sample sample) {
        print(new BenchEvent(null, sample, null, null));
      }

      @Override
      public void skipped(String row, String why) {
        print(new BenchEvent(null, null, null, new Skip(row, why)));
      }
    };
  }

  private static void print(BenchEvent event) {
    System.out.println(PREFIX + ResultsFile.line(event));
    System.out.flush();
  }

  /** The event in a line of output; empty if it is another line. */
  public static Optional<BenchEvent> parse(String line) {
    return line.startsWith(PREFIX)
        ? Optional.of(ResultsFile.parse(line.substring(PREFIX.length()), BenchEvent.class))
        : Optional.empty();
  }

  /** Tells a listener. */
  public void tell(BenchListener listener) {
    if (boot != null) {
      listener.booted(boot);
    }
    if (sample != null) {
      listener.sampled(sample);
    }
    if (phase != null) {
      listener.phase(phase);
    }
    if (skip != null) {
      listener.skipped(skip.row(), skip.why());
    }
  }
}
