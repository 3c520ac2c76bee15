// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The emulator's command line for one run. Relative names are in the run's own directory, which has
 * to be the emulator's working directory.
 */
record QemuCommand(GuestSpec spec, Path kernel, Path rootDisk, Accelerator accelerator) {
  static final String PAYLOAD_DRIVE = "payload.img";
  static final String ARTEFACTS_DRIVE = "artefacts.img";
  static final String CONSOLE_LOG = "console.log";

  /** All words, the first of which are {@code emulator}. */
  List<String> words(List<String> emulator) {
    List<String> words = new ArrayList<>(emulator);
    words.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"));
    words.addAll(accelerator.arguments());
    words.addAll(spec.topology().arguments(spec.memoryMib()));
    words.addAll(List.of("-kernel", kernel.toString(), "-append", kernelCommandLine()));
    words.addAll(List.of("-chardev", "file,id=log,path=" + CONSOLE_LOG, "-serial", "chardev:log"));
    // One NVMe controller: its driver is built into the kernels, that of virtio drives is not.
    words.addAll(List.of("-device", "nvme,id=nvme,serial=jland"));
    // The numbers are how the guest's init knows them: their names depend on who is found first.
    drive(words, 1, escape(rootDisk.toString()) + ",snapshot=on");
    drive(words, 2, PAYLOAD_DRIVE);
    drive(words, 3, ARTEFACTS_DRIVE);
    words.addAll(List.of("-device", "virtio-serial-pci"));
    channel(words, "status");
    if (spec.command().isEmpty()) {
      words.addAll(List.of("-chardev", "stdio,id=terminal,signal=off"));
      words.addAll(List.of("-device", "virtconsole,chardev=terminal"));
    } else {
      channel(words, "stdout");
      channel(words, "stderr");
    }
    return words;
  }

  /** The name of the socket behind a channel. */
  static String socket(String channel) {
    return channel + ".sock";
  }

  private String kernelCommandLine() {
    List<String> arguments = new ArrayList<>();
    arguments.add("root=PARTUUID=" + GuestImage.PARTITION);
    arguments.addAll(List.of("rootfstype=ext4", "rw", "rootwait", "init=/sbin/jland-init"));
    arguments.addAll(List.of("console=ttyS0", "quiet"));
    // Newer kernels sample memory use all the time, at the cost of whatever is measured.
    arguments.add("damon_stat.enabled=N");
    // A kernel that went wrong ends the run at once; nothing it says later can be trusted.
    arguments.addAll(List.of("oops=panic", "panic=-1"));
    arguments.addAll(spec.kernelArguments());
    return String.join(" ", arguments);
  }

  private static void drive(List<String> words, int number, String file) {
    words.addAll(List.of("-drive", "if=none,format=raw,id=drive" + number + ",file=" + file));
    words.addAll(List.of("-device", "nvme-ns,bus=nvme,drive=drive" + number + ",nsid=" + number));
  }

  private static void channel(List<String> words, String name) {
    words.addAll(List.of("-chardev", "socket,id=" + name + ",path=" + socket(name)));
    words.addAll(List.of("-device", "virtserialport,chardev=" + name + ",name=org.jland." + name));
  }

  /** A comma would end the value. */
  private static String escape(String value) {
    return value.replace(",", ",,");
  }
}
