// SPDX-License-Identifier: Apache-2.0
package org.jland.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that looks like the part of /sys that describes CPUs. */
public final class FakeSys {

  private final Path root;

  public FakeSys(Path root) {
    this.root = root;
  }

  public Path root() {
    return root;
  }

  public FakeSys online(String list) {
    return file("devices/system/cpu/online", list);
  }

  public FakeSys possible(String list) {
    return file("devices/system/cpu/possible", list);
  }

  public FakeSys cpu(int id, int pkg, int core, String siblings) {
    return cpuFile(id, "topology/physical_package_id", Integer.toString(pkg))
        .cpuFile(id, "topology/core_id", Integer.toString(core))
        .cpuFile(id, "topology/thread_siblings_list", siblings);
  }

  public FakeSys cache(int id, int index, int level, String type, String shared) {
    String dir = "cache/index" + index + "/";
    return cpuFile(id, dir + "level", Integer.toString(level))
        .cpuFile(id, dir + "type", type)
        .cpuFile(id, dir + "shared_cpu_list", shared);
  }

  public FakeSys node(int node, String cpus) {
    return file("devices/system/node/node" + node + "/cpulist", cpus);
  }

  public FakeSys cpuFile(int id, String name, String text) {
    return file("devices/system/cpu/cpu" + id + "/" + name, text);
  }

  public FakeSys file(String name, String text) {
    try {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text + "\n");
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
