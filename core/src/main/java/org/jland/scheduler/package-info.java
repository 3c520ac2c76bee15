// SPDX-License-Identifier: Apache-2.0

/**
 * The host of a policy under the kernel: loads and attaches the BPF backend, reads and writes the
 * rings, runs the loop. The rings, the loop and the policy belong to the scheduler thread; counters
 * are read from shared memory by any thread.
 */
package org.jland.scheduler;
