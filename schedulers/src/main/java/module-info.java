// SPDX-License-Identifier: Apache-2.0

/** The schedulers that ship with jland. */
module org.jland.schedulers {
  requires org.jland.core;

  opens org.jland.schedulers to
      info.picocli;
}
