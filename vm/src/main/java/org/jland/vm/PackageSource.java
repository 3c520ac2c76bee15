// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Where Debian packages come from. */
interface PackageSource {
  /**
   * Names of all packages served, each with its Depends field (empty if it has none), as of a day
   * ago at most; older, or nothing, without a network.
   */
  Map<String, String> packages() throws IOException;

  /**
   * Downloads a package and unpacks it into {@code directory}.
   *
   * @throws IOException if it can't be had
   */
  void unpack(String packageName, Path directory) throws IOException;
}
