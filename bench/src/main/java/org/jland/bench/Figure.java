// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

/**
 * One number that a workload yields.
 *
 * @param name unique within its row, lower case: {@code time}, {@code p99}
 * @param unit {@code s}, {@code us}, {@code 1/s}, {@code %}, {@code instructions}; empty for a
 *     plain number
 * @param better which way it improves
 */
public record Figure(String name, String unit, Better better) {

  /** A figure that improves downwards. */
  public static Figure lower(String name, String unit) {
    return new Figure(name, unit, Better.LOWER);
  }

  /** A figure that improves upwards. */
  public static Figure higher(String name, String unit) {
    return new Figure(name, unit, Better.HIGHER);
  }
}
