// SPDX-License-Identifier: Apache-2.0

/**
 * Programs in Java that benchmarks run inside a guest, each in a JVM of its own, as ordinary tasks
 * of the scheduler that is measured. They depend on the JDK alone. What they print is one line
 * {@code name key=value …}; status 2 is a wrong command line, 1 a wrong result.
 */
package org.jland.bench.load;
