// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jland.bench.BenchException;
import org.jland.bench.Boot;
import org.jland.bench.Opponent;
import org.jland.bench.process.Program;
import org.jland.bench.process.Wait;
import org.jland.bpf.SchedExt;

/**
 * An opponent in charge of the machine, from attach to detach, and the proof that it was all the
 * time. One owner thread.
 */
final class Attachment implements AutoCloseable {
  /** A JVM and its warm-up in an emulated guest; and nobody waits for ever. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  /** The same where it is the host's time that passes, on a host that is busy. */
  private static final Duration REAL_PATIENCE = Duration.ofSeconds(300);

  private static final SchedExt KERNEL = SchedExt.host();

  private final Opponent opponent;
  private final Optional<Program> program;
  private final OptionalLong enableSeq;
  private final Optional<String> ops;

  private Attachment(Opponent opponent, Optional<Program> program) {
    this.opponent = opponent;
    this.program = program;
    enableSeq = KERNEL.enableSeq();
    ops = KERNEL.attachedOps();
  }

  /** How long a scheduler may take to attach, by the clock of {@link Boot}. */
  static Duration patience(String clock) {
    return clock.equals(Boot.REAL) ? REAL_PATIENCE : PATIENCE;
  }

  /**
   * Puts the opponent in charge.
   *
   * @param log gets the program's output
   * @param patience for the attach
   * @throws WorkloadException if it does not attach
   */
  static Attachment of(Opponent opponent, Path log, Duration patience)
      throws WorkloadException, InterruptedException {
    requireNone();
    if (opponent.isDefault()) {
      return new Attachment(opponent, Optional.empty());
    }
    long before = KERNEL.enableSeq().orElse(0);
    Program program = start(opponent, log);
    boolean ended = false;
    try {
      if (!Wait.until(patience, () -> isAttached(before) || !program.isAlive())) {
        throw new WorkloadException(
            opponent.name()
                + " was not attached after "
                + patience.toSeconds()
                + " s: "
                + program.lastWords());
      }
      if (!program.isAlive()) {
        throw new WorkloadException(
            opponent.name()
                + " ended with status "
                + program.status()
                + " instead of attaching: "
                + program.lastWords());
      }
      ended = true;
      return new Attachment(opponent, Optional.of(program));
    } finally {
      if (!ended) {
        program.close();
      }
    }
  }

  private static Program start(Opponent opponent, Path log) throws WorkloadException {
    try {
      return Program.start(opponent.command(), Map.of(), log);
    } catch (IOException e) {
      throw new WorkloadException(opponent.name() + " does not start: " + e.getMessage());
    }
  }

  /** Fails if another scheduler is attached than this run of the suite's. */
  static void requireNone() throws InterruptedException {
    if (!Wait.until(PATIENCE, () -> KERNEL.state().orElse("").equals("disabled"))) {
      throw new BenchException(
          KERNEL.isSupported()
              ? "the scheduler "
                  + KERNEL.attachedOps().orElse("")
                  + " is attached; stop it, then measure"
              : "this kernel has no sched_ext; leave out --host, then a guest is measured");
    }
  }

  /** Why what was measured since the attach counts for nothing; empty if it counts. */
  Optional<String> broken() {
    String state = KERNEL.state().orElse("gone");
    if (opponent.isDefault()) {
      return state.equals("disabled") && KERNEL.enableSeq().equals(enableSeq)
          ? Optional.empty()
          : Optional.of("another scheduler was attached meanwhile");
    }
    if (state.equals("enabled")
        && KERNEL.enableSeq().equals(enableSeq)
        && KERNEL.attachedOps().equals(ops)
        && program.orElseThrow().isAlive()) {
      return Optional.empty();
    }
    return Optional.of(
        opponent.name()
            + " was not attached all the time (sched_ext is "
            + state
            + "): "
            + program.orElseThrow().lastWords());
  }

  /** The scheduler's process; empty for the default scheduler. */
  OptionalLong pid() {
    return program.isPresent() ? OptionalLong.of(program.get().pid()) : OptionalLong.empty();
  }

  /** Gives the machine back to the default scheduler. */
  @Override
  public void close() {
    if (program.isEmpty()) {
      return;
    }
    Program scheduler = program.get();
    scheduler.signal("TERM");
    try {
      scheduler.await(PATIENCE);
      scheduler.close();
      requireNone();
    } catch (InterruptedException e) {
      scheduler.close();
      Thread.currentThread().interrupt();
    }
  }

  /** The kernel counts an enabled scheduler after it has said that it is. */
  private static boolean isAttached(long before) {
    return KERNEL.state().orElse("").equals("enabled")
        && KERNEL.enableSeq().orElse(0) > before
        && KERNEL.attachedOps().isPresent();
  }
}
