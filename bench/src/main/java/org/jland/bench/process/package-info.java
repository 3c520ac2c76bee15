// SPDX-License-Identifier: Apache-2.0

/**
 * Programs that are started, watched and ended with all their children, and waiting. For the suite
 * and for tests in guests; whoever starts a program owns it.
 */
package org.jland.bench.process;
