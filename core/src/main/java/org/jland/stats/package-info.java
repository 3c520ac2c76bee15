// SPDX-License-Identifier: Apache-2.0

/**
 * Metrics and the scx_stats protocol: one JSON object a line over a unix stream socket. The server
 * has one daemon thread, the monitor uses its caller's; the scheduler thread never comes here. All
 * that is known about a metric stands in {@link org.jland.stats.Metric}.
 */
package org.jland.stats;
