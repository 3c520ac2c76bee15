// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.List;

/**
 * What one runner of tests came to.
 *
 * @param runner its name
 * @param closing its own closing lines
 * @param tally its tests, counted
 */
record Outcome(String runner, List<String> closing, Tally tally) {}
