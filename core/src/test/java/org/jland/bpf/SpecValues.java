// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What an object's variables were set to, for tests of other packages. */
public final class SpecValues {

  private SpecValues() {}

  /** Returns the value of a variable of 8 bytes that was set. */
  public static long u64(BpfObjectSpec spec, String variable) {
    return ByteBuffer.wrap(spec.values().get(spec.variable(variable)))
        .order(ByteOrder.nativeOrder())
        .getLong();
  }
}
