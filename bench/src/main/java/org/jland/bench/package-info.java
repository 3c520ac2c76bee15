// SPDX-License-Identifier: Apache-2.0

/**
 * What a benchmark found: rows, opponents, samples, and their file. Values only; nothing here runs
 * anything.
 */
package org.jland.bench;
