// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.os.OsThread;
import org.jland.policy.Dispatcher;
import org.jland.policy.KernelRules;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;
import org.jland.topology.TopologyReader;

/**
 * User space as the BPF side has to expect it: writes anything to the memory that both share, on
 * the scheduler thread. What it does is drawn from a seed. The calling thread steers.
 */
public final class HostileScheduler implements AutoCloseable {
  private static final int WRITES = 64;
  private static final int RECENT = 64;
  private static final long[] BOUNDARIES = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 1L << 42, 63, 64, 4096, 8192
  };
  private static final int[] CPUS = {
    -1, -2, -3, -1000, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 1, 2, 63, 64, 1023, 1024, 0x20000
  };

  /** What it does. */
  public enum Manner {
    /** Decides as it should: first come, first served. */
    GOOD,
    /** Random bytes in both rings and the control words. */
    GARBAGE,
    /** Random bytes in all variables that user space maps, too. */
    GARBAGE_EVERYWHERE,
    /** Tasks that there are, with fields that make no sense. */
    ABSURD,
    /** Decides everything twice, and about tasks that it was not asked about. */
    TWICE,
    /** Never reads anything, only says that it is alive. */
    SILENT,
    /** Never reads anything and says that it keeps a task. */
    HOLDS_ONE,
    /** Decides as it should, but never tells that a turn is over. */
    NO_BURSTS,
    /** Never gives the CPU away, says that it is in the middle of a burst, and alive. */
    SPINS
  }

  private final SplittableRandom random;
  private final Topology topology = TopologyReader.read();
  private final Thread thread = new Thread(this::run, "hostile");
  private final long[] recent = new long[RECENT];
  private final List<MemorySegment> everything = new ArrayList<>();
  private volatile Manner manner = Manner.GOOD;
  private volatile boolean ending;
  private volatile BpfScheduler bpf;
  private volatile ExitReport report;
  private volatile Throwable failure;
  private RingPair rings;
  private QueuedRings queued;
  private DispatchedRing dispatched;
  private int nrRecent;
  private long bursts;

  private HostileScheduler(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Attaches; it is {@link Manner#GOOD} at first. */
  public static HostileScheduler attach(long seed) {
    HostileScheduler scheduler = new HostileScheduler(seed);
    scheduler.thread.start();
    while (scheduler.bpf == null && scheduler.thread.isAlive()) {
      Thread.onSpinWait();
    }
    scheduler.check();
    return scheduler;
  }

  /** Changes what it does. */
  public void be(Manner next) {
    manner = next;
  }

  /** Tasks in custody, as the counters have it. */
  public long inCustody() {
    return bpf.counters().snapshot().inCustody();
  }

  /** A counter of the BPF side. */
  public long counter(Counter counter) {
    return bpf.counters().snapshot().get(counter);
  }

  /** What the BPF side made of it. */
  public String summary() {
    CounterSnapshot counters = bpf.counters().snapshot();
    return bpf.bypass()
        + ", "
        + counters.conservation()
        + ", failed "
        + counters.get(Counter.NR_FAILED_DISPATCHES)
        + ", bounced "
        + counters.get(Counter.NR_BOUNCE_DISPATCHES)
        + ", stale "
        + counters.get(Counter.NR_CANCEL_DISPATCHES)
        + ", congested "
        + counters.get(Counter.NR_SCHED_CONGESTED)
        + ", ring errors "
        + counters.get(Counter.NR_RING_ERRORS)
        + ", rescued "
        + counters.get(Counter.NR_RESCUES);
  }

  /** Detaches. */
  public ExitReport end() {
    close();
    check();
    return report;
  }

  private void check() {
    if (failure != null) {
      throw new IllegalStateException("the hostile scheduler failed", failure);
    }
  }

  @Override
  public void close() {
    ending = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void run() {
    SchedulerConfig config = SchedulerConfig.defaults("scx_hostile");
    try (BpfScheduler scheduler =
        BpfScheduler.load(config, topology, KernelRules.NONE, pid -> {})) {
      rings = scheduler.rings();
      for (String name : List.of("stats", "bypass_info", "exit_info", "idle_cpus", "sched_tid")) {
        everything.add(scheduler.variable(name));
      }
      scheduler.attach();
      bpf = scheduler;
      loop();
      everything.get(2).fill((byte) 0); // or the report would be one of ours
      report = scheduler.shutdownAndReport();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void loop() {
    Manner last = null;
    while (!ending) {
      Manner now = manner;
      if (now != last) {
        settle();
        last = now;
      }
      try {
        turn(now);
      } catch (IllegalStateException _) {
        settle(); // an impossible position: records that were written while we settled
      }
    }
  }

  /** Makes sense of the rings again: nothing is in them. */
  private void settle() {
    MemorySegment q = rings.queued();
    for (int ring = 0; ring < rings.nrRings(); ring++) {
      long base = ring * QueuedRings.bytes(rings.queuedSlots());
      // The BPF side goes on from whatever stands there: not from where it would wrap.
      q.set(JAVA_LONG, base + RingLayout.HEAD, 0);
      q.set(JAVA_LONG, base + RingLayout.TAIL, 0);
    }
    rings.dispatched().set(JAVA_LONG, RingLayout.TAIL, 0);
    rings.dispatched().set(JAVA_LONG, RingLayout.HEAD, 0);
    queued = new QueuedRings(q, rings.nrRings(), rings.queuedSlots());
    dispatched = new DispatchedRing(rings.dispatched(), rings.dispatchedSlots());
    control(RingLayout.CTL_NR_HELD, 0);
    control(RingLayout.CTL_IN_BURST, 0);
  }

  private void turn(Manner now) {
    switch (now) {
      case GOOD, NO_BURSTS, ABSURD, TWICE -> decide(now);
      case GARBAGE -> garbage(false);
      case GARBAGE_EVERYWHERE -> garbage(true);
      case SILENT -> alive(0);
      case HOLDS_ONE -> alive(1);
      case SPINS -> {
        control(RingLayout.CTL_IN_BURST, 1);
        control(RingLayout.CTL_NR_BURSTS, ++bursts);
        return; // no yield
      }
    }
    OsThread.yield();
  }

  private void alive(long held) {
    rings.control().set(JAVA_INT, RingLayout.CTL_PENDING, 0);
    control(RingLayout.CTL_NR_BURSTS, ++bursts);
    control(RingLayout.CTL_NR_HELD, held);
  }

  private void decide(Manner now) {
    control(RingLayout.CTL_IN_BURST, 1);
    rings.control().set(JAVA_INT, RingLayout.CTL_PENDING, 0);
    VarHandle.fullFence();
    TaskView task = new TaskView();
    for (int ring = 0; ring < queued.nrRings(); ring++) {
      long end = queued.headAcquire(ring);
      for (long position = queued.tail(ring); position != end; position++) {
        task.wrap(queued.memory(), queued.slot(ring, position));
        if (task.kind() == QueuedTaskLayout.KIND_TASK) {
          recent[nrRecent++ % RECENT] = task.id();
          offer(task, now);
        }
      }
      queued.releaseTail(ring, end);
    }
    dispatched.publish();
    if (now != Manner.NO_BURSTS) {
      control(RingLayout.CTL_NR_BURSTS, ++bursts);
    }
    control(RingLayout.CTL_IN_BURST, 0);
  }

  private void offer(TaskView task, Manner now) {
    if (now == Manner.ABSURD) {
      dispatched.offer(
          task.id(),
          CPUS[random.nextInt(CPUS.length)],
          word(),
          random.nextBoolean() ? word() : task.enqTs() + random.nextInt(),
          word(),
          random.nextInt());
      return;
    }
    dispatched.offer(task.id(), Dispatcher.ANY_CPU, 0, task.enqTs(), 0, 0);
    if (now == Manner.TWICE) {
      dispatched.offer(task.id(), Dispatcher.ANY_CPU, 0, task.enqTs(), 0, 0);
      dispatched.offer(task.id() + random.nextInt(3) - 1, 0, 0, task.enqTs(), 0, 0);
      dispatched.offer(recent[random.nextInt(RECENT)], 0, 0, task.enqTs(), 0, 0);
      long pid = random.nextInt(1 << 22);
      dispatched.offer(pid << RingLayout.GENERATION_BITS | task.id(), 0, 0, 0, 0, 0);
    }
  }

  private void garbage(boolean everywhere) {
    for (int i = 0; i < WRITES; i++) {
      int which = random.nextInt(everywhere ? 6 : 4);
      MemorySegment memory =
          switch (which) {
            case 0 -> rings.queued();
            case 1, 2 -> rings.dispatched();
            case 3 -> rings.control();
            default -> everything.get(random.nextInt(everything.size()));
          };
      long words = memory.byteSize() / 8;
      if (words == 0) {
        memory.set(JAVA_INT, 0, random.nextInt());
        continue;
      }
      memory.set(JAVA_LONG, 8 * place(which, words), word());
    }
  }

  /** Where the positions of the rings stand as often as anywhere else. */
  private long place(int which, long words) {
    if (which > 2 || random.nextBoolean()) {
      return random.nextLong(words);
    }
    long ring = which == 0 ? random.nextInt(rings.nrRings()) : 0;
    long base = ring * QueuedRings.bytes(rings.queuedSlots()) / 8;
    return base + (random.nextBoolean() ? RingLayout.HEAD : RingLayout.TAIL) / 8;
  }

  private long word() {
    return switch (random.nextInt(5)) {
      case 0 -> BOUNDARIES[random.nextInt(BOUNDARIES.length)];
      case 1 -> random.nextLong(1 << 14);
      case 2 -> recent[random.nextInt(RECENT)];
      case 3 -> System.nanoTime() + random.nextInt();
      default -> random.nextLong();
    };
  }

  private void control(long offset, long value) {
    rings.control().set(JAVA_LONG, offset, value);
  }
}
