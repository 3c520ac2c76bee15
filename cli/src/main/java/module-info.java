// SPDX-License-Identifier: Apache-2.0

/** The jland command. */
module org.jland.cli {
  requires info.picocli;
  requires java.compiler;
  requires java.xml;
  requires org.jland.bench;
  requires org.jland.core;
  requires org.jland.schedulers;
  requires org.jland.trace;
  requires org.jland.vm;

  opens org.jland.cli to
      info.picocli;
}
