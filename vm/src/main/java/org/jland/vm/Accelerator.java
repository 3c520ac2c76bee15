// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.util.List;

/** How the emulator executes the guest. Multi-threaded emulation is left out: it breaks guests. */
public enum Accelerator {
  /** The host's KVM. */
  KVM("-accel", "kvm", "-cpu", "host"),
  /** Emulation, all vCPUs on one host thread. */
  TCG("-accel", "tcg,thread=single"),
  /** Emulation in instruction time. */
  TCG_INSTRUCTIONS("-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off");

  private final List<String> arguments;

  Accelerator(String... arguments) {
    this.arguments = List.of(arguments);
  }

  /** The emulator's arguments for it. */
  List<String> arguments() {
    return arguments;
  }
}
