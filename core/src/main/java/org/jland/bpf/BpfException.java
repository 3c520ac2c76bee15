// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

/**
 * A BPF object could not be read, loaded, attached or used.
 *
 * <p>{@link #getMessage()} is one line that names the object, what failed and, where it is known,
 * the fix. {@link #details()} adds what libbpf and the kernel's verifier said.
 */
public final class BpfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Lines of the verifier log that {@link #details()} shows: its end, where the error stands. */
  private static final int DETAIL_LINES = 40;

  private final String operation;
  private final String object;
  private final int errno;
  private final String log;

  private BpfException(String operation, String object, int errno, String text, String log) {
    super(text);
    this.operation = operation;
    this.object = object;
    this.errno = errno;
    this.log = log;
  }

  /** An object (or BTF, or library) that is unusable before the kernel is asked. */
  static BpfException unusable(String operation, String object, String problem) {
    return new BpfException(operation, object, 0, object + ": " + problem, "");
  }

  /**
   * A failed libbpf call.
   *
   * @param operation the verb, for example {@code load}
   * @param object what it was done to
   * @param errno the positive error number
   * @param log what libbpf printed meanwhile
   */
  static BpfException failed(String operation, String object, int errno, String log) {
    String cause = Diagnosis.explain(operation, errno, log, SchedExt.host());
    String text = object + ": can't " + operation + ": " + cause;
    return new BpfException(operation, object, errno, text, log);
  }

  /**
   * The verb: {@code open}, {@code load}, {@code attach}, {@code map}, {@code run} and the like.
   */
  public String operation() {
    return operation;
  }

  /** The object, map or program it was done to. */
  public String object() {
    return object;
  }

  /** The positive error number, or 0 if no call into the kernel failed. */
  public int errno() {
    return errno;
  }

  /** Everything libbpf printed during the operation, verifier logs included; may be empty. */
  public String libbpfLog() {
    return log;
  }

  /** The log of the rejected program; empty if the verifier did not reject one. */
  public String verifierLog() {
    return Diagnosis.verifierLog(log);
  }

  /** The message, then the end of libbpf's log on lines of their own. */
  public String details() {
    if (log.isEmpty()) {
      return getMessage();
    }
    String[] lines = log.strip().split("\n");
    int from = Math.max(0, lines.length - DETAIL_LINES);
    StringBuilder text = new StringBuilder(getMessage());
    if (from > 0) {
      text.append("\n  ... ").append(from).append(" lines left out");
    }
    for (int i = from; i < lines.length; i++) {
      text.append("\n  ").append(lines[i]);
    }
    return text.toString();
  }
}
