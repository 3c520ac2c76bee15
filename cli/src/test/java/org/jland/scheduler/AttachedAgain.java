// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jland.bpf.LoadedMap;
import org.jland.bpf.LoadedObject;
import org.jland.policy.Dispatcher;
import org.jland.policy.KernelRules;
import org.jland.policy.TaskView;
import org.jland.topology.Topology;
import org.jland.topology.TopologyReader;

/**
 * One loaded object that schedules twice, first come, first served, as it does when a CPU came or
 * went. The calling thread is the scheduler thread.
 *
 * @param used maps that the first time has left changed
 * @param changed maps that were not as freshly loaded when it was to be attached again
 * @param first how the first time ended
 * @param second how the second time did
 * @param conservation of the second time: tasks given to user space, less all that left its hands
 * @param bursts of the second time
 */
public record AttachedAgain(
    Set<String> used,
    Set<String> changed,
    ExitReport first,
    ExitReport second,
    long conservation,
    long bursts) {

  private static final int ARRAY = 2;

  /** Schedules for a while, twice. */
  public static AttachedAgain run(Duration each) {
    Topology topology = TopologyReader.read();
    LoadedObject object = load(topology, null).release();
    Map<String, byte[]> fresh = contents(object);
    BpfScheduler scheduler = load(topology, object);
    serve(scheduler, each);
    ExitReport first = scheduler.shutdownAndReport();
    if (scheduler.release() != object) {
      throw new AssertionError("it was loaded anew");
    }
    Set<String> used = different(fresh, contents(object));
    try (BpfScheduler again = load(topology, object)) {
      Set<String> changed = different(fresh, contents(object));
      serve(again, each);
      ExitReport second = again.shutdownAndReport();
      CounterSnapshot counters = again.counters().snapshot();
      long conservation =
          counters.get(Counter.NR_QUEUED)
              - counters.get(Counter.NR_USER_DISPATCHES)
              - counters.get(Counter.NR_CUSTODY_CANCELS)
              - counters.inCustody();
      return new AttachedAgain(used, changed, first, second, conservation, again.nrBursts());
    }
  }

  private static BpfScheduler load(Topology topology, LoadedObject left) {
    return BpfScheduler.loadReusable(
        SchedulerConfig.defaults("again"),
        topology,
        KernelRules.NONE,
        RingSizes.of(topology),
        pid -> {},
        left);
  }

  private static void serve(BpfScheduler bpf, Duration time) {
    long start = System.nanoTime();
    bpf.attach();
    while (!bpf.exited()) {
      for (TaskView task = bpf.dequeueTask(); task != null; task = bpf.dequeueTask()) {
        bpf.dispatchTask(task.id(), Dispatcher.ANY_CPU, 0, System.nanoTime(), 0, 0);
      }
      bpf.notifyComplete(0);
      if (System.nanoTime() - start > time.toNanos()) {
        bpf.stop();
      }
    }
  }

  private static Set<String> different(Map<String, byte[]> these, Map<String, byte[]> others) {
    return these.keySet().stream()
        .filter(map -> !Arrays.equals(these.get(map), others.get(map)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What stands in all arrays and in the variables that are 0 at first. */
  private static Map<String, byte[]> contents(LoadedObject object) {
    Map<String, byte[]> contents = new TreeMap<>();
    Set<String> names = new TreeSet<>(object.spec().maps());
    names.addAll(Set.of(".bss", ".bss.private"));
    for (String name : names) {
      LoadedMap map = object.map(name);
      if (map.type() == ARRAY) {
        contents.put(name, content(map));
      }
    }
    return contents;
  }

  private static byte[] content(LoadedMap map) {
    byte[] all = new byte[map.valueSize() * map.maxEntries()];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(JAVA_INT);
      MemorySegment value = arena.allocate(map.stride(), Long.BYTES);
      for (int i = 0; i < map.maxEntries(); i++) {
        key.set(JAVA_INT, 0, i);
        map.lookup(key, value);
        MemorySegment.copy(value, JAVA_BYTE, 0, all, i * map.valueSize(), map.valueSize());
      }
    }
    return all;
  }
}
