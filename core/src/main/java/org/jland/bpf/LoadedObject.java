// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A BPF object in the kernel: its maps, programs and global variables.
 *
 * <p>Calls from one thread at a time. The memory of variables may be used from any thread until
 * {@link #close()}; a later access throws {@link IllegalStateException}.
 */
public final class LoadedObject implements AutoCloseable {
  private final BpfObjectSpec spec;
  private final MemorySegment object;
  private final Arena arena = Arena.ofShared();
  private final Map<String, MemorySegment> sections = new HashMap<>();
  private final Deque<AttachedOps> attached = new ArrayDeque<>();
  private boolean closed;

  LoadedObject(BpfObjectSpec spec, MemorySegment object) {
    this.spec = spec;
    this.object = object;
  }

  /** What was loaded. Changes made to it afterwards have no effect here. */
  public BpfObjectSpec spec() {
    return spec;
  }

  /**
   * A map, or by a name with a leading dot the map of a data section.
   *
   * @throws BpfException if the object has none of this name
   */
  public LoadedMap map(String name) {
    requireOpen();
    MemorySegment map = LibBpf.findMap(object, name);
    if (map.address() == 0) {
      throw BpfException.unusable("find", spec.name(), "the object has no map " + name);
    }
    return LoadedMap.of(name, map);
  }

  /**
   * A program.
   *
   * @throws BpfException if the object has none of this name, or it was left out
   */
  public LoadedProgram program(String name) {
    requireOpen();
    MemorySegment program = LibBpf.findProgram(object, name);
    int fd = program.address() == 0 ? -1 : LibBpf.programFd(program);
    if (fd < 0) {
      throw BpfException.unusable("find", spec.name(), "no program " + name + " is loaded");
    }
    return new LoadedProgram(name, fd);
  }

  /**
   * The memory of a global variable, shared with the BPF programs: no copy, no syscall.
   *
   * @return exactly the variable; read-only for a constant. All variables of a section lie in one
   *     mapping, which lives until {@link #close()}
   * @throws BpfException if the object has no such variable, or it can't be mapped
   */
  public MemorySegment variable(String name) {
    requireOpen();
    BpfVariable variable = spec.variable(name);
    MemorySegment section =
        sections.computeIfAbsent(
            variable.section(),
            map -> variable.isReadOnly() ? map(map).mapReadOnly(arena) : map(map).map(arena));
    return section.asSlice(variable.offset(), variable.size());
  }

  /**
   * Attaches an operations table: from now on the kernel calls it.
   *
   * <p>For sched_ext a success only means that the kernel took it: an error in {@code ops.init()}
   * is reported through {@code ops.exit()}.
   *
   * @param structOps the table's name
   * @return detached when closed, at the latest by this object's {@link #close()}
   * @throws BpfException EBUSY if another scheduler is attached: the message names it
   */
  public AttachedOps attach(String structOps) {
    requireOpen();
    String table = spec.structOps(structOps).name();
    try (LibBpf.Log log = LibBpf.collectLog()) {
      MemorySegment map = LibBpf.findMap(object, table);
      if (map.address() == 0) {
        throw BpfException.unusable("attach", table, "libbpf does not know it");
      }
      LibBpf.Handle link = LibBpf.attachStructOps(map);
      if (link.error() != 0) {
        throw BpfException.failed("attach", table, -link.error(), log.text());
      }
      AttachedOps ops = new AttachedOps(table, link.pointer());
      attached.push(ops);
      return ops;
    }
  }

  /**
   * Puts every array map and every {@code .bss} section back to what it was when the object was
   * loaded: all 0, and no timer runs. For an object that is detached and is to be attached again.
   *
   * <p>Not put back: {@code .data} sections, maps of maps, and what hangs on other objects of the
   * kernel, as a task's storage does. Programs find these as they left them.
   *
   * @throws BpfException if the kernel refuses
   * @throws IllegalStateException if something is attached
   */
  public void clear() {
    requireOpen();
    for (AttachedOps ops : attached) {
      if (!ops.isClosed()) {
        throw new IllegalStateException(spec.name() + " is attached");
      }
    }
    attached.clear();
    // Timers first: none may write into what was cleared already.
    for (String name : spec.maps()) {
      LoadedMap map = map(name);
      if (map.isArray()) {
        map.clear();
      }
    }
    Set<String> cleared = new HashSet<>();
    for (BpfVariable variable : spec.variables().values()) {
      String section = variable.section();
      if (section.startsWith(".bss") && cleared.add(section)) {
        map(section).clear();
      }
    }
  }

  /** Detaches what is attached, unmaps all variables and unloads the object. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      while (!attached.isEmpty()) {
        attached.pop().close();
      }
    } finally {
      arena.close();
      LibBpf.close(object);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(spec.name() + " is closed");
    }
  }
}
