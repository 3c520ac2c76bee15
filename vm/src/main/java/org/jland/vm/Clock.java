// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.util.Locale;

/** What the guest's time is made of. */
public enum Clock {
  /**
   * Host time; the vCPUs take turns on one host thread, or run under KVM where the host has a
   * working one. For functional tests.
   */
  SINGLE,
  /**
   * Instructions executed, 1 ns each, all vCPUs together; idle time is skipped. Host load and host
   * speed don't matter. For every benchmark; never KVM.
   */
  INSTRUCTIONS;

  /**
   * The clock named {@code single} or {@code instructions}.
   *
   * @throws GuestException for any other name
   */
  public static Clock parse(String name) {
    return switch (name) {
      case "single" -> SINGLE;
      case "instructions" -> INSTRUCTIONS;
      default -> throw GuestException.setup("no clock '" + name + "'; use single or instructions");
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
