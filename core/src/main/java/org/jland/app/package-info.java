// SPDX-License-Identifier: Apache-2.0

/**
 * The command line that every scheduler gets: options, checks of the machine, messages, exit
 * statuses, restart. Runs on the main thread, which the runner may turn into the scheduler thread;
 * what may block while a scheduler is attached (printing, the stats socket) has threads of its own.
 */
package org.jland.app;
