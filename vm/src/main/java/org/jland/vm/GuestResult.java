// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.time.Duration;

/**
 * A guest that ran its command to the end.
 *
 * @param status the command's exit status; 128 + n if signal n ended it
 * @param kernel the kernel it ran on
 * @param accelerator how it was executed
 * @param boot host time from the emulator's start until the command was started
 * @param guestBoot the same in the guest's own time
 * @param total host time until the emulator had ended
 */
public record GuestResult(
    int status,
    KernelVersion kernel,
    Accelerator accelerator,
    Duration boot,
    Duration guestBoot,
    Duration total) {}
