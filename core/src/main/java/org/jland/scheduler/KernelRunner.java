// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jland.bpf.LoadedObject;
import org.jland.os.LockedMemory;
import org.jland.os.OsProcess;
import org.jland.os.OsThread;
import org.jland.os.PageFaults;
import org.jland.policy.KernelRules;
import org.jland.policy.Policy;
import org.jland.policy.PolicyContext;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;
import org.jland.stats.MetricsSource;
import org.jland.topology.Topology;

/**
 * Runs a policy under the kernel, in the order that keeps the machine safe: load, warm the loop up,
 * lock memory, and only then attach. The calling thread is the scheduler thread.
 */
public final class KernelRunner implements SchedulerRunner {

  private static final String THREAD_NAME = "jland-sched";
  private static final long NS_PER_MS = 1_000_000;

  private final Function<Topology, RingSizes> sizes;
  private Class<?> warmedUp;
  private LoadedObject left;
  private long lockedBytes; // what is mapped after that is locked, too

  /** Makes a runner. A policy that it runs again, after a CPU came or went, is warm already. */
  public KernelRunner() {
    this(RingSizes::of);
  }

  /** The same with rings of another size. */
  KernelRunner(Function<Topology, RingSizes> sizes) {
    this.sizes = sizes;
  }

  @Override
  public RunningReport run(
      SchedulerConfig config,
      Supplier<? extends Policy> policies,
      Topology topology,
      Consumer<RunningScheduler> whenAttached) {
    long start = System.nanoTime();
    // The loop will have the only reference: what a policy keeps is free when it is given up.
    AtomicReference<Policy> policy = new AtomicReference<>(policies.get());
    Policy rehearsal = policies.get();
    PolicyContext context = new PolicyContext(topology, config.sliceNs());
    policy.get().init(context);
    rehearsal.init(context);
    KernelRules rules = policy.get().kernelRules();
    PolicyFaults faults = new PolicyFaults(policy.get().getClass().getName());
    OsThread.setName(THREAD_NAME);
    OsProcess.disableTransparentHugePages();
    try (BpfScheduler bpf = load(config, topology, rules);
        Arena arena = Arena.ofShared()) {
      SchedulerLoop loop = new SchedulerLoop(bpf.rings(), topology, policy.getAndSet(null), faults);
      long loaded = System.nanoTime();
      BooleanSupplier stopping = bpf::isStopping; // before memory is locked: it is a class to load
      long turns = rehearsal.getClass() == warmedUp ? 0 : Warmup.run(topology, rehearsal, stopping);
      warmedUp = rehearsal.getClass();
      long warm = System.nanoTime();
      // Not before: a policy that never ends its warm-up would leave it changed.
      try (Compaction compaction = Compaction.excludeLockedPages()) {
        Run run = new Run(bpf, topology, faults, compaction, arena);
        if (lockedBytes == 0) {
          lockedBytes = LockedMemory.lockAll();
        }
        if (config.verbose()) {
          System.err.printf(
              "%s: loaded in %d ms, warm after %d turns in %d ms, %d MiB locked in %d ms%n",
              config.name(),
              (loaded - start) / NS_PER_MS,
              turns,
              (warm - loaded) / NS_PER_MS,
              lockedBytes >> 20,
              (System.nanoTime() - warm) / NS_PER_MS);
        }
        if (config.partial()) {
          OsThread.setPolicy(0, OsThread.SCHED_EXT);
        }
        Runnable told =
            () -> {
              if (bpf.missedHotplug()) {
                run.stop();
              } else {
                whenAttached.accept(run);
              }
            };
        try (Announcer announcer = new Announcer(told, run::stop)) {
          run.attached(); // for its code to be there when it counts
          run.rehearse();
          if (turns > 0) {
            Warmup.awaitCompilers(); // of what has run since the rehearsal
          }
          bpf.attach();
          run.attached();
          announcer.announce();
          try {
            loop.run(stopping, Long.MAX_VALUE);
          } catch (RuntimeException | Error e) {
            run.stop(); // at once: nobody schedules the machine
            throw e;
          } finally {
            loop.close();
          }
        }
        run.ended();
        RunningReport report =
            new RunningReport(bpf.shutdownAndReport(), run.last(), faults.first());
        if (report.exit().wantsRestart()) {
          left = bpf.release();
        }
        return report;
      }
    } finally {
      if (left == null) {
        unlock();
      }
    }
  }

  private void unlock() {
    LockedMemory.unlockAll();
    lockedBytes = 0;
  }

  private BpfScheduler load(SchedulerConfig config, Topology topology, KernelRules rules) {
    LoadedObject again = left;
    left = null; // whatever happens, it is the new one's
    return BpfScheduler.loadReusable(
        config, topology, rules, sizes.apply(topology), pid -> {}, again);
  }

  @Override
  public void close() {
    if (left != null) {
      left.close();
      left = null;
      unlock();
    }
  }

  /** The scheduler while it is attached. */
  private static final class Run implements RunningScheduler {
    /** The counter behind each metric, where there is one of its name. */
    private static final Counter[] COUNTERS = new Counter[Metric.count()];

    static {
      for (Counter counter : Counter.values()) {
        Metric metric = Metric.byFieldName(counter.fieldName());
        if (metric != null) {
          COUNTERS[metric.ordinal()] = counter;
        }
      }
    }

    private final BpfScheduler bpf;
    private final Topology topology;
    private final PolicyFaults faults;
    private final Compaction compaction;
    private final Thread schedulerThread = Thread.currentThread();
    private final PageFaults processFaults;
    private final PageFaults callersFaults;
    private final MetricsSource source = this::sample;
    private final ThreadFaults threadFaults = new ThreadFaults(OsThread.currentTid());
    private long faultsAtAttach;
    private long faultsWhileAttached = -1;

    Run(
        BpfScheduler bpf,
        Topology topology,
        PolicyFaults faults,
        Compaction compaction,
        Arena arena) {
      this.bpf = bpf;
      this.topology = topology;
      this.faults = faults;
      this.compaction = compaction;
      this.processFaults = PageFaults.ofProcess(arena);
      this.callersFaults = PageFaults.ofCallingThread(arena);
    }

    /** The counts start here. Scheduler thread. */
    synchronized void attached() {
      faultsAtAttach = processFaults.read();
      threadFaults.countFrom(callersFaults.read());
    }

    /** What others will ask for once it is attached: the first time takes the most. */
    void rehearse() {
      bypass();
      policyHealth();
      isOver();
      last();
    }

    /** The count stops here: what comes after may load classes, and no task waits for it. */
    synchronized void ended() {
      threadFaults.freeze();
      if (faultsWhileAttached < 0) {
        faultsWhileAttached = processFaults.read() - faultsAtAttach;
      }
    }

    /** Here and not at the end of the run, which a policy that loops for ever never comes to. */
    @Override
    public void stop() {
      ended();
      bpf.stop();
      compaction.close();
    }

    @Override
    public boolean isOver() {
      return bpf.exited();
    }

    @Override
    public MetricsSource metrics() {
      return source;
    }

    @Override
    public Bypass bypass() {
      return bpf.bypass();
    }

    @Override
    public PolicyHealth policyHealth() {
      return faults.health();
    }

    @Override
    public StackTraceElement[] stack() {
      return schedulerThread.getStackTrace();
    }

    Metrics last() {
      long[] values = new long[Metric.count()];
      sample(values);
      return Metrics.of(values);
    }

    private void sample(long[] into) {
      CounterSnapshot counters = bpf.counters().snapshot();
      for (Metric metric : Metric.values()) {
        into[metric.ordinal()] = value(metric, counters);
      }
    }

    private long value(Metric metric, CounterSnapshot counters) {
      return switch (metric) {
        case NR_CPUS -> topology.cpus().size();
        case NR_QUEUED -> bpf.nrQueued();
        case NR_SCHEDULED -> bpf.nrHeld();
        case NR_PAGE_FAULTS -> threadFaults.count();
        case NR_PROCESS_PAGE_FAULTS -> newPageFaults();
        case NR_TOTAL_QUEUED -> counters.get(Counter.NR_QUEUED);
        case NR_CUSTODY -> counters.inCustody();
        case NR_BURSTS -> bpf.nrBursts();
        case NR_POLICY_FAULTS -> faults.count();
        case NR_BYPASSES -> bpf.bypass().count();
        case BYPASS_NS -> bpf.bypass().totalNs(System.nanoTime());
        case SCHED_RUNTIME_NS -> counters.get(Counter.SCHED_RUNTIME);
        default -> counters.get(COUNTERS[metric.ordinal()]);
      };
    }

    private synchronized long newPageFaults() {
      return faultsWhileAttached < 0 ? processFaults.read() - faultsAtAttach : faultsWhileAttached;
    }
  }
}
