// SPDX-License-Identifier: Apache-2.0

/**
 * The soak: random loads, faults and options for hours, all drawn from a seed. {@link
 * org.jland.cli.soak.SoakRound} is pure; {@link org.jland.cli.soak.SoakRunner} does what it says to
 * the machine it runs on, on one thread.
 */
package org.jland.cli.soak;
