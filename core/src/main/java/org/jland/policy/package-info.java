// SPDX-License-Identifier: Apache-2.0

/**
 * What a scheduling policy sees: the tasks that want a CPU, a place for decisions, and nothing of
 * the kernel. All calls of a policy come from one thread, the scheduler thread of its domain, which
 * must neither block nor allocate there. A policy class runs unchanged under the kernel, in a
 * simulator and in a unit test.
 */
package org.jland.policy;
