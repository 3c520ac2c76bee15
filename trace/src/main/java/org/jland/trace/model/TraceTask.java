// SPDX-License-Identifier: Apache-2.0
package org.jland.trace.model;

import java.util.BitSet;

/**
 * What was known of a task besides events.
 *
 * @param pid its number (the kernel's pid: a thread's)
 * @param tgid number of its process
 * @param comm its name
 * @param processName name of its process
 * @param kthread whether it is the kernel's
 * @param allowed the CPUs that it may use; never changed
 * @param starved whether it wanted a CPU at the beginning and at the end, and got none in between
 */
public record TraceTask(
    int pid,
    int tgid,
    String comm,
    String processName,
    boolean kthread,
    BitSet allowed,
    boolean starved) {}
