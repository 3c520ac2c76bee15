// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jland.bench.process.Program;
import org.jland.stats.StatsServer;

/** Does what a {@link SoakFault} says, and undoes it. One owner thread, the runner's. */
final class SoakFaults {
  private static final Path CPU1 = Path.of("/sys/devices/system/cpu/cpu1/online");
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final byte[] NONSENSE = "{\"req\":[[[[\n\u0000\u00ff{\"req\":\"x\"}\n".getBytes();

  private final Path folder;

  SoakFaults(Path folder) {
    this.folder = folder;
  }

  /**
   * Does it to a scheduler that goes on. {@link SoakFault#KILL} and {@link SoakFault#TERMINATE} are
   * the runner's.
   */
  void inflict(SoakFault fault, SoakScheduler scheduler)
      throws IOException, InterruptedException, SoakFailure {
    switch (fault) {
      case STOP_SHORT -> stop(scheduler, 1_000);
      case STOP_LONG -> stop(scheduler, 8_000);
      case THREAD_DUMP -> scheduler.signal("QUIT");
      case HOTPLUG -> hotplug(scheduler);
      case PIN_SCHEDULER -> pin(scheduler);
      case REAL_TIME_HOG ->
          run("timeout", "2", "chrt", "-f", "10", "sh", "-c", "while :; do :; done");
      case FREEZE -> freeze();
      case CLOCK_JUMP -> jump();
      case HOSTILE_CLIENTS -> clients();
      case KILL, TERMINATE -> throw new IllegalArgumentException(fault.toString());
    }
  }

  private static void stop(SoakScheduler scheduler, long ms) throws InterruptedException {
    scheduler.signal("STOP");
    Thread.sleep(ms);
    scheduler.signal("CONT");
  }

  private static void hotplug(SoakScheduler scheduler)
      throws IOException, InterruptedException, SoakFailure {
    if (!Files.exists(CPU1)) {
      return; // one CPU
    }
    for (String online : List.of("0", "1")) {
      long before = scheduler.attachments();
      Files.writeString(CPU1, online);
      if (!scheduler.awaitAttached(before + 1)) {
        throw new SoakFailure("it did not attach again after hotplug");
      }
    }
  }

  private void pin(SoakScheduler scheduler) throws IOException, InterruptedException {
    String pid = String.valueOf(scheduler.pid());
    run("taskset", "-a", "-p", "-c", "0", pid);
    Thread.sleep(1_000);
    run("taskset", "-a", "-p", "-c", "0-1023", pid);
  }

  private void freeze() throws IOException, InterruptedException {
    Path group = Files.createDirectories(CGROUPS.resolve("jland-soak"));
    try (Program busy = start("stress-ng", "--cpu", "2", "--timeout", "60")) {
      Files.writeString(group.resolve("cgroup.procs"), String.valueOf(busy.pid()));
      Thread.sleep(300);
      Files.writeString(group.resolve("cgroup.freeze"), "1");
      Thread.sleep(1_000);
      Files.writeString(group.resolve("cgroup.freeze"), "0");
    } finally {
      Files.writeString(group.resolve("cgroup.freeze"), "0");
    }
  }

  private void jump() throws IOException, InterruptedException {
    run("date", "-s", "+2 hours");
    Thread.sleep(500);
    run("date", "-s", "-2 hours");
  }

  /** They stay while others come, and none reads. */
  private static void clients() throws IOException, InterruptedException {
    List<SocketChannel> open = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(client);
        client.connect(UnixDomainSocketAddress.of(StatsServer.DEFAULT_PATH));
        client.write(ByteBuffer.wrap(NONSENSE));
      }
      Thread.sleep(500);
    } finally {
      for (SocketChannel client : open) {
        client.close();
      }
    }
  }

  private Program start(String... command) throws IOException {
    return Program.start(List.of(command), Map.of(), folder.resolve("fault.log"));
  }

  /** Its status does not matter: what it was to do is seen by what follows. */
  private void run(String... command) throws IOException, InterruptedException {
    try (Program program = start(command)) {
      program.await(PATIENCE);
    }
  }
}
