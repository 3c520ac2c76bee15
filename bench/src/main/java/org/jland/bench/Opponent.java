// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import java.util.List;

/**
 * One of those that are compared.
 *
 * @param name as in the report; unique
 * @param command the program that attaches a scheduler, with its arguments; empty for the kernel's
 *     default scheduler
 */
public record Opponent(String name, List<String> command) {
  /** The name of the kernel's default scheduler. */
  public static final String EEVDF = "eevdf";

  /** Copies the command. */
  public Opponent {
    command = List.copyOf(command);
  }

  /** The kernel's default scheduler. */
  public static Opponent eevdf() {
    return new Opponent(EEVDF, List.of());
  }

  /** Whether it is the kernel's default scheduler. */
  public boolean isDefault() {
    return command.isEmpty();
  }
}
