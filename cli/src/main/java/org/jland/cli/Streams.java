// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;

/** The process's own streams, unbuffered: what a guest prints is seen when it is printed. */
final class Streams {

  private Streams() {}

  /** Standard output. */
  static OutputStream out() {
    return new FileOutputStream(FileDescriptor.out);
  }

  /** Standard error. */
  static OutputStream err() {
    return new FileOutputStream(FileDescriptor.err);
  }
}
