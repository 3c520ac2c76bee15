// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jland.scheduler.Bypass;
import org.jland.scheduler.PolicyHealth;
import org.jland.scheduler.RunningScheduler;
import org.jland.stats.Metric;
import org.jland.stats.MetricsSource;

/** An attached scheduler that is as told. */
final class FakeRunningScheduler implements RunningScheduler {
  final CountDownLatch stopped;
  final Map<Metric, Long> counts = new ConcurrentHashMap<>();
  volatile long nrCpus;
  volatile boolean over;
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
  public boolean isOver() {
    return over;
  }

  @Override
  public MetricsSource metrics() {
    return into -> {
      into[Metric.NR_CPUS.ordinal()] = nrCpus;
      counts.forEach((metric, count) -> into[metric.ordinal()] = count);
    };
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
