// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SchedulerSourceTest {

  @Test
  void mainClassIsNamedLikeTheFileInItsPackage() {
    Path source = Path.of("/x/MyScheduler.java");

    assertEquals("MyScheduler", SchedulerSource.mainClass(source, "class MyScheduler {}"));
    assertEquals(
        "org.me.MyScheduler",
        SchedulerSource.mainClass(source, "// c\npackage org.me;\nclass MyScheduler {}"));
  }
}
