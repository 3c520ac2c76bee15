// SPDX-License-Identifier: Apache-2.0
package org.jland.schedulers;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jland.intf.QueuedTaskLayout;
import org.jland.intf.RingLayout;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.PolicyContext;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;

/** Asks a policy about one record at a time; hands each task's cookie back to it. */
final class Decider implements Dispatcher {

  /** What the policy said. */
  record Decision(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {}

  private final MemorySegment record = Arena.ofAuto().allocate(QueuedTaskLayout.LAYOUT);
  private final TaskView view = new TaskView().wrap(record, 0);
  private final Map<Integer, Long> cookies = new HashMap<>();
  private final Policy policy;
  private int pid;
  private int nrWaiting;
  private Decision decision;

  Decider(Policy policy, int nrCpus) {
    this.policy = policy;
    List<Topology.Cpu> cpus = new ArrayList<>();
    for (int cpu = 0; cpu < nrCpus; cpu++) {
      cpus.add(new Topology.Cpu(cpu, cpu, 0, 0, 1024));
    }
    policy.init(new PolicyContext(new Topology(nrCpus, cpus, 1, 1), 20_000_000));
  }

  /** The next records are of this task, of weight 100, allowed everywhere. */
  Decider task(int pid) {
    this.pid = pid;
    record.fill((byte) 0);
    return set(QueuedTaskLayout.ID, (long) pid << RingLayout.GENERATION_BITS)
        .set(QueuedTaskLayout.COOKIE, cookies.getOrDefault(pid, 0L))
        .weight(100)
        .nrCpusAllowed(1 << 16);
  }

  Decider used(long ns) {
    return set(QueuedTaskLayout.RUN_DELTA, ns);
  }

  Decider execRuntime(long ns) {
    return set(QueuedTaskLayout.EXEC_RUNTIME, ns);
  }

  Decider burst(long ns) {
    return set(QueuedTaskLayout.BURST, ns);
  }

  Decider cookie(long cookie) {
    return set(QueuedTaskLayout.COOKIE, cookie);
  }

  /** The task is new: nothing is known of it. */
  Decider forget() {
    return cookie(0);
  }

  Decider weight(int weight) {
    return set(QueuedTaskLayout.WEIGHT, weight);
  }

  Decider cpu(int cpu) {
    return set(QueuedTaskLayout.CPU, cpu);
  }

  Decider nrCpusAllowed(int n) {
    return set(QueuedTaskLayout.NR_CPUS_ALLOWED, n);
  }

  Decider setNew(boolean isNew) {
    return set(QueuedTaskLayout.FLAGS, isNew ? QueuedTaskLayout.FLAG_NEW : 0);
  }

  /** The task woke; else it is enqueued because its slice ended. */
  Decider woke() {
    return set(QueuedTaskLayout.FLAGS, QueuedTaskLayout.FLAG_WAKEUP);
  }

  /** So many decided tasks wait. */
  Decider waiting(int nrWaiting) {
    this.nrWaiting = nrWaiting;
    return this;
  }

  private Decider set(long offset, long value) {
    record.set(JAVA_LONG, offset, value);
    return this;
  }

  private Decider set(long offset, int value) {
    record.set(JAVA_INT, offset, value);
    return this;
  }

  /** The record is handed to the policy. */
  Decision decide(long enqTs) {
    set(QueuedTaskLayout.ENQ_TS, enqTs);
    decision = null;
    policy.enqueued(view, this);
    policy.dispatch(this);
    cookies.put(pid, decision.cookie());
    return decision;
  }

  @Override
  public int room() {
    return decision == null ? 1 : 0;
  }

  @Override
  public boolean dispatch(long id, int cpu, long sliceNs, long vtime, long cookie, int flags) {
    decision = new Decision(id, cpu, sliceNs, vtime, cookie, flags);
    return true;
  }

  @Override
  public int selectIdleCpu(TaskView task) {
    return -1;
  }

  @Override
  public int nrWaiting() {
    return nrWaiting;
  }
}
