// SPDX-License-Identifier: Apache-2.0
package org.jland.cli.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.bench.process.Program;
import org.jland.stats.Metric;
import org.jland.stats.Metrics;

/**
 * Runs rounds on this machine, as root, and looks after each whether all is well: the scheduler is
 * attached, no task is with Java once it is quiet, nobody waited for too long, nothing grows, and
 * the kernel does not complain. One thread.
 */
public final class SoakRunner implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Pattern MAX_US = Pattern.compile("Max: *(\\d+)");

  private final Path home;
  private final Path folder;
  private final long seed;
  private final long maxWaitMs;
  private final Consumer<String> lines;
  private final SoakFaults faults;
  private final List<Program> running = new ArrayList<>();
  private SoakScheduler scheduler;
  private SoakMachine.Footprint baseline;
  private long nrMaps;
  private long seenLogLines;

  /**
   * A soak of the scheduler in {@code home}.
   *
   * @param home jland's package
   * @param folder exists; gets logs
   * @param seed what everything is drawn from
   * @param maxWaitMs the longest that the wake-up loop may wait, beyond a real-time task, ms
   * @param lines told how it goes
   */
  public SoakRunner(Path home, Path folder, long seed, long maxWaitMs, Consumer<String> lines) {
    this.home = home;
    this.folder = folder;
    this.seed = seed;
    this.maxWaitMs = maxWaitMs;
    this.lines = lines;
    this.faults = new SoakFaults(folder);
  }

  /**
   * Runs rounds until the time is over.
   *
   * @param first number of the first one
   * @param last number of the last one
   * @param time no round begins after this
   * @return how many rounds were run
   * @throws SoakFailure if something happened that must not
   */
  public int run(int first, int last, Duration time)
      throws IOException, InterruptedException, SoakFailure {
    long end = System.nanoTime() + time.toNanos();
    seenLogLines = SoakMachine.kernelLog().size();
    nrMaps = SoakMachine.bpfMaps();
    int number = first;
    for (; number <= last && System.nanoTime() - end < 0; number++) {
      SoakRound round = SoakRound.draw(seed, number);
      lines.accept(round.line());
      try {
        run(round);
      } catch (SoakFailure e) {
        throw new SoakFailure("round " + number + ": " + e.getMessage());
      }
    }
    stopScheduler();
    return number - first;
  }

  private void run(SoakRound round) throws IOException, InterruptedException, SoakFailure {
    if (scheduler == null || !scheduler.options().equals(round.options())) {
      stopScheduler();
      startScheduler(round.options());
    }
    long end = System.nanoTime() + Duration.ofSeconds(round.seconds()).toNanos();
    Program wakeUps;
    Program realTime;
    try {
      for (SoakLoad load : round.loads()) {
        start(load.name().toLowerCase(Locale.ROOT), load.command());
      }
      wakeUps = startWakeUps("wakeups", round.seconds(), "--policy=other");
      realTime = startWakeUps("realtime", round.seconds(), "--policy=fifo", "-p50");
      long pause = round.seconds() * 1000L / (round.faults().size() + 1);
      for (SoakFault fault : round.faults()) {
        Thread.sleep(pause / 2);
        inflict(fault, round.options());
        Thread.sleep(pause / 2);
      }
      Thread.sleep(Math.max(0, (end - System.nanoTime()) / 1_000_000));
      if (!wakeUps.await(PATIENCE) || !realTime.await(PATIENCE)) {
        throw new SoakFailure("the wake-up loop does not end");
      }
    } finally {
      running.forEach(Program::close);
      running.clear();
    }
    check(longestWaitMs(wakeUps), longestWaitMs(realTime));
  }

  private void inflict(SoakFault fault, List<String> options)
      throws IOException, InterruptedException, SoakFailure {
    switch (fault) {
      case KILL -> {
        scheduler.kill();
        scheduler = null;
        startScheduler(options);
      }
      case TERMINATE -> {
        stopScheduler();
        startScheduler(options);
      }
      default -> faults.inflict(fault, scheduler);
    }
  }

  private Program start(String name, List<String> command) throws IOException {
    Program program = Program.start(command, Map.of(), folder.resolve(name + ".log"));
    running.add(program);
    return program;
  }

  /** A task that wakes every 10 ms. */
  private Program startWakeUps(String name, int seconds, String... policy) throws IOException {
    List<String> command = new ArrayList<>(List.of("cyclictest", "-t1", "-i10000", "-q"));
    command.add("--duration=" + seconds);
    command.addAll(List.of(policy));
    return start(name, command);
  }

  private static long longestWaitMs(Program wakeUps) throws SoakFailure {
    Matcher matcher = MAX_US.matcher(wakeUps.output());
    if (!matcher.find()) {
      throw new SoakFailure("the wake-up loop tells nothing: " + wakeUps.lastWords());
    }
    return Long.parseLong(matcher.group(1)) / 1000;
  }

  /**
   * Judges a round.
   *
   * @param waitMs the longest that the wake-up loop waited
   * @param machineMs the same of a real-time task, which no scheduler of others keeps waiting: for
   *     so long the guest may have stood still because its host had other things to do
   */
  private void check(long waitMs, long machineMs)
      throws IOException, InterruptedException, SoakFailure {
    scheduler.requireAttached();
    scheduler.requireNothingKept();
    SoakMachine.Footprint footprint = SoakMachine.footprint(scheduler.pid());
    Metrics metrics = scheduler.metrics();
    lines.accept(
        String.format(
            "  longest wait %d ms (real-time: %d ms), in custody %d, page faults %d, %d fds, %d threads, %d MiB",
            waitMs,
            machineMs,
            metrics.get(Metric.NR_CUSTODY),
            metrics.get(Metric.NR_PAGE_FAULTS),
            footprint.fds(),
            footprint.threads(),
            footprint.rssKib() >> 10));
    if (waitMs - machineMs > maxWaitMs) {
      throw new SoakFailure(
          String.format(
              "a wake-up waited for %d ms, one of a real-time task for %d ms: %d ms more than that"
                  + " are allowed",
              waitMs, machineMs, maxWaitMs));
    }
    if (footprint.exceeds(baseline)) {
      throw new SoakFailure("the scheduler grows: " + baseline + " -> " + footprint);
    }
    checkKernelLog();
  }

  private void checkKernelLog() throws IOException, SoakFailure {
    List<String> log = SoakMachine.kernelLog();
    List<String> fresh = log.subList((int) Math.min(seenLogLines, log.size()), log.size());
    seenLogLines = log.size();
    List<String> complaints = KernelTrouble.complaints(fresh);
    if (!complaints.isEmpty()) {
      throw new SoakFailure("the kernel complains: " + complaints);
    }
    // Hotplug: the kernel unregisters the scheduler, which then starts again.
    List<String> evictions =
        KernelTrouble.evictions(fresh).stream()
            .filter(line -> !line.contains("unregistered from the main kernel"))
            .toList();
    if (!evictions.isEmpty()) {
      throw new SoakFailure("the kernel evicted the scheduler: " + evictions);
    }
  }

  private void startScheduler(List<String> options)
      throws IOException, InterruptedException, SoakFailure {
    scheduler = SoakScheduler.start(home, options, folder.resolve("scheduler.log"));
    baseline = SoakMachine.footprint(scheduler.pid());
  }

  private void stopScheduler() throws IOException, InterruptedException, SoakFailure {
    if (scheduler == null) {
      return;
    }
    scheduler.stop();
    scheduler = null;
    // The kernel frees them on a work queue, which waits for its turn on a busy machine.
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (long maps = SoakMachine.bpfMaps(); maps > nrMaps; maps = SoakMachine.bpfMaps()) {
      if (System.nanoTime() - end > 0) {
        throw new SoakFailure("BPF maps are left: " + nrMaps + " before, " + maps + " now");
      }
      Thread.sleep(100);
    }
  }

  /** Ends whatever runs. */
  @Override
  public void close() {
    running.forEach(Program::close);
    if (scheduler != null) {
      scheduler.close();
    }
  }

  /** The scheduler's output, for who wants to know why. */
  public String schedulerLog() throws IOException {
    Path log = folder.resolve("scheduler.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
