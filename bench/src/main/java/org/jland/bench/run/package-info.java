// SPDX-License-Identifier: Apache-2.0

/**
 * Running the suite on the machine that is measured, a guest or a real one: opponents, programs,
 * workloads. One thread runs everything; what it starts, it ends.
 */
package org.jland.bench.run;
