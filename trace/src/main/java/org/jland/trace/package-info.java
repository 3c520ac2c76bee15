// SPDX-License-Identifier: Apache-2.0

/**
 * Recording, analysis and report: all that other modules use. A {@link org.jland.trace.Recording}
 * belongs to the thread that started it; the rest is immutable.
 */
package org.jland.trace;
