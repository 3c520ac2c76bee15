// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import org.jland.bpf.AttachedOps;
import org.jland.bpf.BpfObjectSpec;
import org.jland.bpf.LoadedMap;
import org.jland.bpf.LoadedObject;
import org.jland.bpf.SchedExt;
import org.jland.intf.ExitRecordLayout;
import org.jland.intf.RingLayout;
import org.jland.os.OsProcess;
import org.jland.os.OsThread;
import org.jland.policy.KernelRules;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;

/**
 * The connection to the BPF side, for schedulers that bring their own loop; policies don't see it.
 *
 * <pre>{@code
 * try (BpfScheduler bpf = BpfScheduler.load(config, topology, KernelRules.NONE, pid -> {})) {
 *   bpf.attach();
 *   while (!bpf.exited()) {
 *     for (TaskView task = bpf.dequeueTask(); task != null; task = bpf.dequeueTask()) {
 *       bpf.dispatchTask(task.id(), Dispatcher.ANY_CPU, 0, task.vtime(), 0, 0);
 *     }
 *     bpf.notifyComplete(0);
 *   }
 *   System.out.println(bpf.shutdownAndReport());
 * }
 * }</pre>
 *
 * <p>The thread that calls {@link #attach} is the scheduler thread: the kernel runs it at the end
 * of the queue, when there is something to decide, and every call below except {@link #stop},
 * {@link #counters}, {@link #nrQueued}, {@link #nrHeld} and {@link #nrInFlight} belongs to it. It
 * must not block between attach and exit: nobody else makes a task run.
 */
public final class BpfScheduler implements AutoCloseable {

  private static final VarHandle KIND = JAVA_INT.varHandle();
  private static final String OBJECT = "/org/jland/bpf/jland.bpf.o";
  private static final int MAX_CPUS = RingLayout.MAX_CPUS;
  private static final long NS_PER_MS = 1_000_000;
  private static final long MAX_HEARTBEAT_NS = 1_000 * NS_PER_MS;
  private static final long BYPASS_SLICE_NS = 5 * NS_PER_MS;
  private static final long MAX_SLICE_NS = 100 * NS_PER_MS;
  private static final int SLICES_TO_STALL = 50;
  private static final int DEFAULT_DUMP_BYTES = 32768;

  private final LoadedObject object;
  private final Arena arena;
  private final long hotplugSeq;
  private final RingPair rings;
  private final Pipeline pipeline;
  private final Counters counters;
  private final SharedControl control;
  private final MemorySegment exitInfo;
  private final MemorySegment exitDump;
  private final MemorySegment bypassInfo;
  private volatile AttachedOps attached;
  private volatile Thread schedulerThread;
  private volatile boolean stopping;
  private volatile boolean missedHotplug;
  private boolean released;
  private boolean inBurst;
  private boolean closed;

  private BpfScheduler(
      LoadedObject object,
      Arena arena,
      SchedulerConfig config,
      Topology topology,
      RingSizes sizes,
      IntConsumer onExit) {
    this.object = object;
    this.arena = arena;
    this.hotplugSeq = config.hotplugSeq();
    this.exitInfo = object.variable("exit_info");
    this.bypassInfo = object.variable("bypass_info");
    this.exitDump = object.map("exit_dump").mapReadOnly(arena);
    LoadedMap queued = object.map("queued");
    this.rings =
        new RingPair(
            queued.map(arena),
            topology.nrCpuIds(),
            sizes.queuedSlots(),
            object.map("dispatched").map(arena),
            sizes.dispatchedSlots(),
            object.variable("ctl"),
            object.variable("idle_cpus"),
            exitInfo.asSlice(ExitRecordLayout.KIND, 4));
    this.pipeline = new Pipeline(rings, topology, onExit);
    this.control = new SharedControl(rings.control());
    this.counters = new Counters(object.variable("stats"), topology.nrCpuIds());
  }

  /**
   * Loads the BPF side into the kernel. Nothing is scheduled by it yet.
   *
   * @param config the options
   * @param topology the machine
   * @param rules what the kernel side does by itself
   * @param onExit told the pid of each known task that is gone, if the rules ask for it
   * @return the scheduler, to be closed
   * @throws org.jland.bpf.BpfException if libbpf is missing or too old, or the kernel refuses the
   *     object: the message names the fix
   */
  public static BpfScheduler load(
      SchedulerConfig config, Topology topology, KernelRules rules, IntConsumer onExit) {
    return load(config, topology, rules, RingSizes.of(topology), onExit);
  }

  /** The same with rings of any size. */
  static BpfScheduler load(
      SchedulerConfig config,
      Topology topology,
      KernelRules rules,
      RingSizes sizes,
      IntConsumer onExit) {
    requireFitting(topology);
    BpfObjectSpec spec = tabled(config, configured(config, topology, rules, sizes));
    spec.structOps("jland_ops").setU64("hotplug_seq", config.hotplugSeq());
    return load(spec, null, config, topology, sizes, onExit);
  }

  /**
   * The same so that it can be attached again, and with an object that an earlier one has left. The
   * kernel's table can't be changed any more then, and has no {@code hotplug_seq}: who attaches
   * asks {@link #missedHotplug} afterwards.
   *
   * @param left what {@link #release} returned, or null. It is used if what would be loaded is the
   *     same: loading takes libbpf and the verifier more than a second. Else it is closed
   */
  static BpfScheduler loadReusable(
      SchedulerConfig config,
      Topology topology,
      KernelRules rules,
      RingSizes sizes,
      IntConsumer onExit,
      LoadedObject left) {
    requireFitting(topology);
    BpfObjectSpec before = left == null ? null : left.spec();
    BpfObjectSpec spec = tabled(config, configured(config, topology, rules, sizes, before));
    if (left != null) {
      return load(spec, left, config, topology, sizes, onExit);
    }
    BpfScheduler first = load(spec, null, config, topology, sizes, onExit);
    // Code that runs for the first time takes long. At a restart the machine would wait for it.
    if (!spec.loadsAs(tabled(config, configured(config, topology, rules, sizes, spec)))) {
      throw new AssertionError("an object that is not like itself");
    }
    first.object.clear();
    return first;
  }

  private static void requireFitting(Topology topology) {
    if (topology.nrCpuIds() > MAX_CPUS) {
      throw new IllegalArgumentException(
          "this machine has CPU numbers up to "
              + (topology.nrCpuIds() - 1)
              + ", jland supports up to "
              + (MAX_CPUS - 1));
    }
  }

  private static BpfScheduler load(
      BpfObjectSpec spec,
      LoadedObject left,
      SchedulerConfig config,
      Topology topology,
      RingSizes sizes,
      IntConsumer onExit) {
    Arena arena = Arena.ofShared();
    LoadedObject object = left;
    try {
      if (left != null && left.spec().loadsAs(spec)) {
        left.clear();
      } else {
        if (left != null) {
          left.close();
        }
        object = spec.load();
      }
      return new BpfScheduler(object, arena, config, topology, sizes, onExit);
    } catch (RuntimeException e) {
      if (object != null) {
        object.close();
      }
      arena.close();
      throw e;
    }
  }

  private static BpfObjectSpec tabled(SchedulerConfig config, BpfObjectSpec spec) {
    spec.structOps("jland_ops")
        .setString("name", config.opsName())
        .setU64("flags", OpsFlags.of(config))
        .setU32("timeout_ms", config.timeoutMs())
        .setU32("exit_dump_len", config.exitDumpLen());
    return spec;
  }

  /** Returns the object with its knobs and sizes set. */
  static BpfObjectSpec configured(
      SchedulerConfig config, Topology topology, KernelRules rules, RingSizes sizes) {
    return configured(config, topology, rules, sizes, null);
  }

  /**
   * The same; what does not matter is left as it is in what was loaded before, so that the same
   * object will do.
   */
  static BpfObjectSpec configured(
      SchedulerConfig config,
      Topology topology,
      KernelRules rules,
      RingSizes sizes,
      BpfObjectSpec before) {
    BpfObjectSpec object =
        before == null
            ? BpfObjectSpec.fromResource("jland", BpfScheduler.class, OBJECT)
            : before.unchanged();
    byte[] llcs = before == null ? null : before.value("cpu_llc").orElse(null);
    int dumpBytes = config.exitDumpLen() == 0 ? DEFAULT_DUMP_BYTES : config.exitDumpLen();
    return object
        .setU32("nr_cpu_ids", topology.nrCpuIds())
        .setU32("nr_llcs", topology.nrLlcs())
        .setU32("queued_slots", sizes.queuedSlots())
        .setU32("dispatched_slots", sizes.dispatchedSlots())
        .setU32("exit_dump_len", dumpBytes)
        .setU32("sched_tgid", OsProcess.pid())
        .setU64("slice_ns", config.sliceNs())
        .setU64("heartbeat_ns", heartbeatNs(config.timeoutMs()))
        .setU64("preempt_used_ns", rules.preemptUsedNs())
        .setU64("preempt_protect_ns", rules.preemptProtectNs())
        .setU64("stall_ns", stallNs(config))
        .setU64("hold_ns", rules.maxHoldNs() == 0 ? stallNs(config) : rules.maxHoldNs())
        .setU64("bypass_slice_ns", Math.min(config.sliceNs(), BYPASS_SLICE_NS))
        .setU64("max_slice_ns", maxSliceNs(config))
        .setBoolean("numa_local", config.numaLocal())
        .setBoolean("want_exits", rules.exits())
        .setBoolean("verbose", config.verbose())
        .set("cpu_llc", llcTable(topology, llcs))
        .setMaxEntries("queued", topology.nrCpuIds())
        .setValueSize("queued", Math.toIntExact(QueuedRings.bytes(sizes.queuedSlots())))
        .setValueSize("dispatched", Math.toIntExact(DispatchedRing.bytes(sizes.dispatchedSlots())))
        .setValueSize("exit_dump", dumpBytes)
        .setMaxEntries("protection", topology.nrCpuIds());
  }

  /**
   * An idle scheduler may wait for almost two heartbeats: that must not look like a stall. So may a
   * decided task that others are put before; the kernel's watchdog may be that one, and half of the
   * time-out may pass before it runs.
   */
  static long heartbeatNs(int timeoutMs) {
    return Math.min(MAX_HEARTBEAT_NS, timeoutMs * NS_PER_MS / 5);
  }

  /** The safety net has to act well before the kernel's watchdog does. */
  static long stallNs(SchedulerConfig config) {
    return Math.min(config.stallMs(), config.timeoutMs() / 3) * NS_PER_MS;
  }

  /**
   * Those who wait behind a few tasks with the longest slice must not look stalled to the kernel,
   * nor its own watchdog, which is a task like others.
   */
  static long maxSliceNs(SchedulerConfig config) {
    return Math.max(
        config.sliceNs(), Math.min(MAX_SLICE_NS, config.timeoutMs() * NS_PER_MS / SLICES_TO_STALL));
  }

  /** A CPU that is away keeps the number that it had: nobody asks for it. */
  private static byte[] llcTable(Topology topology, byte[] before) {
    MemorySegment table = MemorySegment.ofArray(before == null ? new byte[2 * MAX_CPUS] : before);
    for (Topology.Cpu cpu : topology.cpus()) {
      table.set(
          JAVA_SHORT.withByteAlignment(1).withOrder(ByteOrder.nativeOrder()),
          2L * cpu.id(),
          (short) cpu.llc());
    }
    return (byte[]) table.heapBase().orElseThrow();
  }

  /**
   * Returns whether a CPU came or went since {@code hotplugSeq} was read, before the topology was.
   * Once attached: what comes later, the kernel tells. Reads a file; not for the scheduler thread.
   */
  boolean missedHotplug() {
    if (hotplugSeq == 0) {
      return false;
    }
    missedHotplug = SchedExt.host().hotplugSeq().orElse(hotplugSeq) != hotplugSeq;
    return missedHotplug;
  }

  /**
   * Attaches: from now on all normal tasks are scheduled through the rings. The calling thread
   * becomes the scheduler thread.
   *
   * @throws org.jland.bpf.BpfException if another scheduler is attached, or the kernel refuses
   */
  public void attach() {
    object.variable("sched_tid").set(JAVA_INT, 0, OsThread.currentTid());
    schedulerThread = Thread.currentThread();
    attached = object.attach("jland_ops");
  }

  /** The memory of a global variable of the BPF side, for who looks closer. */
  MemorySegment variable(String name) {
    return object.variable(name);
  }

  /** Returns the memory of the rings, for the loop. */
  RingPair rings() {
    return rings;
  }

  /**
   * Returns the next task that wants a CPU, or null if there is none now; end the burst with {@link
   * #notifyComplete} then. The view is valid until the next call.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public TaskView dequeueTask() {
    requireOpen();
    if (!inBurst) {
      inBurst = true;
      pipeline.beginBurst();
    }
    return pipeline.dequeue();
  }

  /**
   * Lets a task run; see {@link org.jland.policy.Dispatcher#dispatch(long, int, long, long, long,
   * int)}. The kernel sees it at {@link #notifyComplete}.
   *
   * @param id {@link TaskView#id()} of its record
   * @param cpu a CPU number, {@code ANY_CPU} or {@code llc(n)}
   * @param sliceNs ns, 0 for the default
   * @param vtime place in the queue
   * @param cookie handed back in its next record
   * @param flags those of {@link org.jland.policy.Dispatcher}, or 0
   * @return false if the ring is full
   */
  public boolean dispatchTask(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {
    return pipeline.dispatch(id, cpu, sliceNs, vtime, cookie, flags);
  }

  /**
   * Looks for an idle CPU for a task, from shared memory.
   *
   * @param task the task
   * @return a CPU that idled a moment ago, given once a burst; -1 if there is none
   */
  public int selectCpu(TaskView task) {
    return pipeline.selectIdleCpu(task);
  }

  /**
   * Ends a burst: shows the decisions to the kernel, tells how many tasks are still held, and gives
   * the CPU away. Returns when there is something to decide, or at a heartbeat (1 s).
   *
   * @param nrHeld tasks that were dequeued and not dispatched; while it is not 0 this thread is run
   *     whenever a CPU is out of work
   */
  public void notifyComplete(long nrHeld) {
    requireOpen();
    pipeline.endBurst(nrHeld);
    inBurst = false;
    OsThread.yield();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the scheduler is closed");
    }
  }

  /** Returns whether the kernel has let go of the scheduler. Partner: jland_exit(). */
  public boolean exited() {
    return (int) KIND.getAcquire(exitInfo, ExitRecordLayout.KIND) != 0;
  }

  /** Returns whether somebody has asked to detach. Any thread. */
  boolean isStopping() {
    return stopping;
  }

  /** Detaches: {@link #exited} becomes true. Any thread; twice is harmless. */
  public synchronized void stop() {
    stopping = true;
    AttachedOps ops = attached;
    if (ops != null) {
      ops.close();
    }
  }

  /**
   * Detaches if that has not happened, and tells why the scheduler ended.
   *
   * @return the kernel's exit information
   */
  public ExitReport shutdownAndReport() {
    stop();
    if (missedHotplug) {
      return ExitReport.HOTPLUG;
    }
    return new ExitReport(
        (int) KIND.getAcquire(exitInfo, ExitRecordLayout.KIND),
        exitInfo.get(JAVA_LONG, ExitRecordLayout.EXIT_CODE),
        text(exitInfo.asSlice(ExitRecordLayout.REASON, ExitRecordLayout.REASON_BYTES)),
        text(exitInfo.asSlice(ExitRecordLayout.MSG, ExitRecordLayout.MSG_BYTES)),
        text(exitDump));
  }

  private static String text(MemorySegment bytes) {
    long length = 0;
    while (length < bytes.byteSize() && bytes.get(JAVA_BYTE, length) != 0) {
      length++;
    }
    byte[] copy = bytes.asSlice(0, length).toArray(JAVA_BYTE);
    return new String(copy, StandardCharsets.UTF_8);
  }

  /** Returns the counters of the BPF side. Any thread. */
  public Counters counters() {
    return counters;
  }

  /** Returns how many records wait to be read. Any thread. */
  public long nrQueued() {
    return QueuedRings.backlog(rings.queued(), rings.nrRings(), rings.queuedSlots());
  }

  /** Returns how many tasks the scheduler said that it holds. Any thread. */
  public long nrHeld() {
    return control.nrHeld();
  }

  /** Returns how many decisions the kernel has not taken yet. Any thread. */
  public long nrInFlight() {
    return DispatchedRing.inFlight(rings.dispatched());
  }

  /** Returns how many bursts were ended. Any thread. */
  public long nrBursts() {
    return control.nrBursts();
  }

  /** Returns what the safety net has done. Any thread. */
  public Bypass bypass() {
    return Bypass.read(bypassInfo);
  }

  /**
   * Detaches, leaves the object loaded, and returns it. This scheduler is of no more use; the
   * object is the caller's, for the next {@link #loadReusable} or to be closed.
   */
  LoadedObject release() {
    released = true;
    close();
    return object;
  }

  /**
   * Detaches and unloads. Twice is harmless.
   *
   * @throws IllegalStateException if the scheduler thread is another one, and may use the rings
   */
  @Override
  public void close() {
    Thread owner = schedulerThread;
    if (owner != null && owner != Thread.currentThread() && owner.isAlive()) {
      throw new IllegalStateException(
          "the rings are " + owner.getName() + "'s: call stop() here and close() there");
    }
    stop();
    closed = true;
    pipeline.close();
    if (!released) {
      object.close();
    }
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
