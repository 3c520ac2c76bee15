// SPDX-License-Identifier: Apache-2.0

/** The guest: kernels, image and emulator behind every end-to-end run. */
module org.jland.vm {
  exports org.jland.vm;
}
