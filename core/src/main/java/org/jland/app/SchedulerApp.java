// SPDX-License-Identifier: Apache-2.0
package org.jland.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jland.app.SchedulerOptions.UsageException;
import org.jland.bpf.BpfException;
import org.jland.intf.RingLayout;
import org.jland.os.LockedMemory;
import org.jland.os.OsException;
import org.jland.os.OsProcess;
import org.jland.os.Signals;
import org.jland.policy.Policy;
import org.jland.scheduler.ExitReport;
import org.jland.scheduler.KernelRunner;
import org.jland.scheduler.SchedulerConfig;
import org.jland.scheduler.SchedulerRunner;
import org.jland.scheduler.SchedulerRunner.RunningReport;
import org.jland.stats.Metric;
import org.jland.stats.MetricsFormat;
import org.jland.stats.Monitor;
import org.jland.stats.StatsException;
import org.jland.stats.StatsServer;
import org.jland.topology.Topology;
import org.jland.topology.TopologyException;
import org.jland.topology.TopologyReader;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * A whole scheduler around a policy: command line, checks, messages, stats, signals, restart.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   System.exit(SchedulerApp.of("scx_mine", runner, config -> new MyPolicy(config)).run(args));
 * }
 * }</pre>
 *
 * <p>One use, on the main thread.
 */
public final class SchedulerApp {

  /** Exit status: detached in good order. */
  public static final int OK = 0;

  /** Exit status: could not start, or was evicted. */
  public static final int FAILED = 1;

  /** Exit status: invalid command line. */
  public static final int USAGE = 2;

  private static final int HURRIED_NICE = -10;

  private static final int MAX_CPUS = RingLayout.MAX_CPUS;

  /**
   * What the program runs in; tests bring their own.
   *
   * @param sys stands for {@code /sys}
   * @param proc stands for {@code /proc}
   * @param environment the environment variables
   * @param out standard output: what was asked for
   * @param err standard error: messages
   * @param sandbox what the process shuts itself in
   */
  record Surroundings(
      Path sys,
      Path proc,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err,
      Sandbox sandbox) {

    static Surroundings host() {
      return new Surroundings(
          Path.of("/sys"),
          Path.of("/proc"),
          System.getenv(),
          System.out,
          System.err,
          Sandbox.ofThisProcess());
    }
  }

  private final String name;
  private final SchedulerRunner runner;
  private final Function<SchedulerConfig, ? extends Policy> policy;
  private final PrintStream out;
  private final PrintStream err;
  private final Surroundings surroundings;
  private final SchedulerOptions options = new SchedulerOptions();
  private final CommandLine command = new CommandLine(options);

  private SchedulerApp(
      String name,
      SchedulerRunner runner,
      Function<SchedulerConfig, ? extends Policy> policy,
      Surroundings surroundings) {
    this.name = Objects.requireNonNull(name, "name");
    this.runner = Objects.requireNonNull(runner, "runner");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.surroundings = surroundings;
    this.out = surroundings.out();
    this.err = surroundings.err();
    command.setCommandName(name).setExpandAtFiles(false);
  }

  /**
   * Makes the program of a scheduler that runs under the kernel.
   *
   * @param name the command's name, {@code scx_...}; without its prefix the kernel shows it
   * @param policy makes the policy from the options
   * @return the program
   */
  public static SchedulerApp of(String name, Function<SchedulerConfig, ? extends Policy> policy) {
    return of(name, new KernelRunner(), policy);
  }

  /**
   * Makes the program of a scheduler.
   *
   * @param name the command's name, {@code scx_...}; without its prefix the kernel shows it
   * @param runner what runs the policy
   * @param policy makes the policy from the options
   * @return the program
   */
  public static SchedulerApp of(
      String name, SchedulerRunner runner, Function<SchedulerConfig, ? extends Policy> policy) {
    return new SchedulerApp(name, runner, policy, Surroundings.host());
  }

  /** The same for tests. */
  static SchedulerApp of(
      String name,
      SchedulerRunner runner,
      Function<SchedulerConfig, ? extends Policy> policy,
      Surroundings surroundings) {
    return new SchedulerApp(name, runner, policy, surroundings);
  }

  /**
   * Adds what {@code --help} says first.
   *
   * @param lines a short description
   * @return this
   */
  public SchedulerApp describedAs(String... lines) {
    command.getCommandSpec().usageMessage().description(lines);
    return this;
  }

  /**
   * Adds options of the policy. Its package must be open to {@code info.picocli}. {@link
   * WholeNumber} reads numbers within bounds.
   *
   * @param policyOptions an object with fields that have picocli's {@code @Option}; filled before
   *     the policy is made
   * @return this
   */
  public SchedulerApp withOptions(Object policyOptions) {
    command.addMixin("policy", policyOptions);
    return this;
  }

  /**
   * Does what the arguments say, until it is done or a signal ends it.
   *
   * @param args the command line
   * @return the exit status: {@link #OK}, {@link #FAILED} or {@link #USAGE}
   */
  public int run(String... args) {
    try {
      command.parseArgs(args);
      if (options.help()) {
        command.usage(out);
        return OK;
      }
      if (options.version()) {
        String java = Runtime.version().toString();
        out.println(
            name
                + ' '
                + SchedulerConfig.version()
                + ' '
                + SchedulerConfig.arch()
                + " Java "
                + java);
        return OK;
      }
      if (options.helpStats()) {
        out.print(MetricsFormat.help());
        return OK;
      }
      options.checkTogether();
      int timeoutMs = SchedulerOptions.timeoutMs(surroundings.environment().get("SCX_TIMEOUT_MS"));
      if (options.monitor() != null) {
        return monitor();
      }
      // While the process may still do so.
      try (OomScore _ = OomScore.lower()) {
        return schedule(timeoutMs);
      }
    } catch (ParameterException e) {
      return fail(USAGE, usageMessage(e));
    } catch (UsageException e) {
      return fail(USAGE, e.getMessage());
    } catch (BpfException e) {
      return fail(FAILED, options.verbose() ? e.details() : e.getMessage());
    } catch (StartException | StatsException | TopologyException | OsException e) {
      return fail(FAILED, e.getMessage());
    } catch (RuntimeException e) {
      int status = fail(FAILED, "internal error, please report it: " + e);
      e.printStackTrace(err);
      return status;
    }
  }

  private int fail(int status, String message) {
    err.println(name + ": " + message);
    return status;
  }

  private String usageMessage(ParameterException e) {
    String message = e.getMessage().replaceAll("\\s*\\R\\s*", " ");
    if (e instanceof UnmatchedArgumentException unmatched) {
      message = "unknown argument " + String.join(" ", unmatched.getUnmatched());
      if (!unmatched.getSuggestions().isEmpty()) {
        message += ", perhaps " + String.join(" or ", unmatched.getSuggestions());
      }
    }
    return message + "; see " + name + " --help";
  }

  private int monitor() {
    Thread main = Thread.currentThread();
    try (Signals.Subscription _ =
        Signals.handle(EnumSet.allOf(Signals.Signal.class), signal -> main.interrupt())) {
      new Monitor(options.statsSocket(), options.monitor(), out, err).run();
    }
    return OK;
  }

  /** Runs the scheduler, again if the kernel asks for it. */
  private int schedule(int timeoutMs) {
    HostCheck host = new HostCheck(surroundings.sys(), surroundings.proc());
    host.check(raisedMemlock());
    hurry();
    // First: what is marked for it until the attach would be a page fault after it.
    LockedMemory.keepOutOfNumaBalancing();
    enterSandbox();
    StopRequest stop = new StopRequest();
    try (runner;
        Signals.Subscription _ =
            Signals.handle(EnumSet.allOf(Signals.Signal.class), signal -> stop.request())) {
      while (true) {
        // Before the topology: a CPU that comes or goes in between makes the kernel say "restart".
        long hotplugSeq = host.schedExt().hotplugSeq().orElse(0);
        SchedulerConfig config = options.config(name, timeoutMs, hotplugSeq);
        ExitReport exit = runOnce(config, TopologyReader.read(surroundings.sys()), stop);
        if (!exit.isNormal()) {
          return FAILED;
        }
        if (stop.isRequested() || !exit.wantsRestart()) {
          return OK;
        }
        err.println(name + ": " + (exit.isHotplug() ? "CPU hotplug, " : "") + "starting again");
        host.checkFree();
      }
    }
  }

  /**
   * While the scheduler is not attached, at its start and when a CPU came or went, the kernel's own
   * schedules this process: on a busy machine it would have to wait for its share, the compiler's
   * threads most of all. It stays: what those threads do later, the loop may have to wait for.
   */
  private static void hurry() {
    try {
      OsProcess.setNice(HURRIED_NICE);
    } catch (IOException | OsException e) {
      // Without CAP_SYS_NICE it takes its time.
    }
  }

  /** Before the policy is made, which may be anybody's code. It stays over restarts. */
  private void enterSandbox() {
    if (!options.sandbox()) {
      return;
    }
    String warning = surroundings.sandbox().enter();
    if (warning != null) {
      err.println(name + ": warning: " + warning);
    }
  }

  private ExitReport runOnce(SchedulerConfig config, Topology topology, StopRequest stop) {
    if (topology.nrCpuIds() > MAX_CPUS) {
      throw new StartException(
          "supports "
              + MAX_CPUS
              + " CPUs, this machine may have "
              + topology.nrCpuIds()
              + ": boot it with possible_cpus="
              + MAX_CPUS);
    }
    RunningReport report;
    try (StatsServer server = StatsServer.bind(options.statsSocket());
        Companion companion =
            new Companion(
                new LatenessWatch(name, err),
                new LastResort(name, stop, Thread.currentThread(), err, () -> giveUp(server)),
                server,
                greeting(config, topology),
                options.stats(),
                out,
                err)) {
      report =
          runner.run(
              config,
              () -> policy.apply(config),
              topology,
              running -> {
                companion.attached(running);
                stop.attached(running);
              });
    } finally {
      stop.detached();
    }
    print(report);
    return report.exit();
  }

  /** What nobody else will do any more. */
  private static void giveUp(StatsServer server) {
    server.close();
    Runtime.getRuntime().halt(FAILED);
  }

  private String greeting(SchedulerConfig config, Topology topology) {
    return name
        + ' '
        + SchedulerConfig.version()
        + " attached: "
        + topology.summary()
        + ", slice "
        + config.sliceNs() / 1000
        + " us"
        + (config.partial() ? ", SCHED_EXT tasks only" : "");
  }

  private void print(RunningReport report) {
    err.print(report.exit().framedDump());
    err.println(report.exit().line());
    err.println(name + ": " + report.metrics().conservation());
    err.println(
        name
            + ": "
            + report.metrics().get(Metric.NR_KERNEL_DISPATCHES)
            + " dispatched by the kernel, "
            + report.metrics().get(Metric.NR_STANDING)
            + " by decisions that stand, "
            + report.metrics().get(Metric.NR_BURSTS)
            + " bursts, "
            + report.metrics().get(Metric.NR_PAGE_FAULTS)
            + " page faults");
    if (report.metrics().get(Metric.NR_BYPASSES) > 0) {
      err.println(
          name
              + ": Java was late "
              + report.metrics().get(Metric.NR_BYPASSES)
              + " times, for "
              + report.metrics().get(Metric.BYPASS_NS) / 1_000_000
              + " ms in all; the kernel side scheduled meanwhile");
    }
    if (report.policyFault() != null) {
      err.println(
          name
              + ": the policy threw "
              + report.metrics().get(Metric.NR_POLICY_FAULTS)
              + " exceptions, the first was:");
      report.policyFault().printStackTrace(err);
    }
  }

  /** Uses what the hard limit allows; returns what then holds. */
  private static LockedMemory.Limit raisedMemlock() {
    LockedMemory.Limit limit = LockedMemory.limit();
    if (limit.softBytes() == limit.hardBytes()) {
      return limit;
    }
    LockedMemory.setLimit(new LockedMemory.Limit(limit.hardBytes(), limit.hardBytes()));
    return LockedMemory.limit();
  }
}
