// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.util.concurrent.CountDownLatch;
import org.jland.scheduler.Bypass;
import org.jland.scheduler.PolicyHealth;
import org.jland.scheduler.RunningScheduler;
import org.jland.stats.Metric;
import org.jland.stats.MetricsSource;

/** An attached scheduler that is as told. */
final class FakeRunningScheduler implements RunningScheduler {
  final CountDownLatch stopped;
  volatile long nrCpus;
  volatile Bypass bypass = Bypass.NONE;
  volatile PolicyHealth health = new PolicyHealth("org.example.MyPolicy", 0, null, false);

  FakeRunningScheduler(CountDownLatch stopped) {
    this.stopped = stopped;
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  @Override
  public MetricsSource metrics() {
    return into -> into[Metric.NR_CPUS.ordinal()] = nrCpus;
  }

  @Override
  public Bypass bypass() {
    return bypass;
  }

  @Override
  public PolicyHealth policyHealth() {
    return health;
  }

  @Override
  public StackTraceElement[] stack() {
    return new StackTraceElement[] {
      new StackTraceElement("org.example.MyPolicy", "enqueued", "MyPolicy.java", 42)
    };
  }
}
