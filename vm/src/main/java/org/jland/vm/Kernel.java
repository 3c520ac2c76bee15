// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.nio.file.Path;

/**
 * A kernel that is here.
 *
 * @param version which one
 * @param image the bootable file; everything a guest needs of it is built in, so there are no
 *     modules and no initramfs
 */
record Kernel(KernelVersion version, Path image) {
  static final String FILE = "vmlinuz";
}
