// SPDX-License-Identifier: Apache-2.0
package org.jland.scheduler;

import java.lang.module.ModuleDescriptor;

/**
 * What a scheduler is started with. Immutable.
 *
 * @param name the scheduler's name, for messages
 * @param sliceNs default slice of a task, ns
 * @param sliceMinNs shortest slice of a task, ns
 * @param percpuLocal tasks that may use one CPU only go straight to that CPU
 * @param numaLocal idle CPUs of a task's preferred NUMA node are taken first
 * @param partial only tasks whose scheduling class is SCHED_EXT are scheduled
 * @param exitDumpLen bytes of the kernel's dump after an error, 0 for the kernel's default
 * @param verbose libbpf's messages are shown
 * @param timeoutMs the kernel evicts a scheduler that leaves a task waiting for longer, ms
 * @param hotplugSeq the kernel's count of CPU hotplug events before the topology was read
 * @param stallMs the kernel side schedules by itself when user space is late by more than this, ms;
 *     0: never
 */
public record SchedulerConfig(
    String name,
    long sliceNs,
    long sliceMinNs,
    boolean percpuLocal,
    boolean numaLocal,
    boolean partial,
    int exitDumpLen,
    boolean verbose,
    int timeoutMs,
    long hotplugSeq,
    int stallMs) {

  /** Longest {@link #timeoutMs}: the kernel refuses more (SCX_WATCHDOG_MAX_TIMEOUT). */
  public static final int MAX_TIMEOUT_MS = 30_000;

  /** The {@link #timeoutMs} that holds if nobody asks for another. */
  public static final int DEFAULT_TIMEOUT_MS = 5_000;

  /** The {@link #stallMs} that holds if nobody asks for another. */
  public static final int DEFAULT_STALL_MS = 100;

  /** Longest {@link #stallMs}; what the kernel's watchdog allows may be less. */
  public static final int MAX_STALL_MS = 10_000;

  private static final int MAX_OPS_NAME = 127;

  /** Checks the numbers. */
  public SchedulerConfig {
    if (sliceMinNs < 1 || sliceNs < sliceMinNs) {
      throw new IllegalArgumentException("slice " + sliceNs + " ns, at least " + sliceMinNs);
    }
    if (stallMs < 0 || stallMs > MAX_STALL_MS) {
      throw new IllegalArgumentException("stall " + stallMs + " ms");
    }
    if (timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS || exitDumpLen < 0) {
      throw new IllegalArgumentException("timeout " + timeoutMs + " ms, dump " + exitDumpLen);
    }
  }

  /**
   * Returns the defaults of every scheduler.
   *
   * @param name the scheduler's name
   */
  public static SchedulerConfig defaults(String name) {
    return new SchedulerConfig(
        name,
        20_000_000,
        1_000_000,
        false,
        false,
        false,
        0,
        false,
        DEFAULT_TIMEOUT_MS,
        0,
        DEFAULT_STALL_MS);
  }

  /** Returns the version of jland. */
  public static String version() {
    ModuleDescriptor module = SchedulerConfig.class.getModule().getDescriptor();
    return module == null ? "0" : module.rawVersion().orElse("0");
  }

  /** Returns the machine's architecture in the kernel's words. */
  public static String arch() {
    String arch = System.getProperty("os.arch");
    return arch.equals("amd64") ? "x86_64" : arch;
  }

  /**
   * Returns the name under which the kernel shows the scheduler: name, version and architecture, in
   * the letters that the kernel takes.
   */
  public String opsName() {
    String plain = name.startsWith("scx_") ? name.substring("scx_".length()) : name;
    String full = (plain + "_" + version() + "_" + arch()).replaceAll("[^A-Za-z0-9_.]", "_");
    return full.substring(0, Math.min(full.length(), MAX_OPS_NAME));
  }
}
