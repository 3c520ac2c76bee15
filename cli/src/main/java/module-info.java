// SPDX-License-Identifier: Apache-2.0

/** The jland command. */
module org.jland.cli {
  requires info.picocli;
  requires org.jland.core;
  requires org.jland.schedulers;
  requires org.jland.vm;
}
