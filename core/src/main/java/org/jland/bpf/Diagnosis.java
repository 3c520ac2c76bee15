// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jland.os.Errno;
import org.jland.os.OsProcess;

/** Turns an errno and libbpf's log into one line that says what to do. Stateless. */
final class Diagnosis {
  private static final Pattern REJECTED =
      Pattern.compile(
          "prog '([^']+)': -- BEGIN PROG LOAD LOG --\n(.*?)-- END PROG LOAD LOG --",
          Pattern.DOTALL);
  private static final Pattern REASON = Pattern.compile("^Reason:\n(.+)$", Pattern.MULTILINE);
  private static final Pattern NO_STRUCT =
      Pattern.compile("struct_ops init_kern: struct (\\S+) is not found in kernel BTF");
  private static final Pattern NO_MEMBER =
      Pattern.compile("struct_ops init_kern (\\S+): Cannot find member (\\S+) in kernel BTF");
  private static final Pattern NO_KSYM =
      Pattern.compile("extern \\([^)]*ksym\\) '([^']+)': not found");

  private static final Pattern OTHER_ARGUMENTS =
      Pattern.compile(
          "extern \\(func ksym\\) '([^']+)': func_proto \\[\\d+\\] incompatible with vmlinux");

  private Diagnosis() {}

  /**
   * Explains a failure.
   *
   * @param operation the verb
   * @param errno the positive error number
   * @param log what libbpf printed
   * @param kernel where to ask for the attached scheduler
   */
  static String explain(String operation, int errno, String log, SchedExt kernel) {
    String error = Errno.describe(errno);
    String known = fromLog(log);
    if (known != null) {
      return known + " (" + Errno.name(errno) + ")";
    }
    String fix =
        switch (errno) {
          case Errno.EPERM, Errno.EACCES -> permissionFix(OsProcess.isRoot());
          case Errno.EBUSY -> operation.equals("attach") ? busyFix(kernel) : null;
          case Errno.ENOMEM -> "free memory, or raise the memory limit of this control group";
          case Errno.ENOSYS -> "boot a kernel with CONFIG_BPF_SYSCALL=y";
          default -> operation.equals("attach") ? "see dmesg for the kernel's reason" : null;
        };
    if (fix == null) {
      String last = lastLine(log);
      fix = last.isEmpty() ? null : last;
    }
    return fix == null ? error : error + ": " + fix;
  }

  private static String fromLog(String log) {
    Matcher struct = NO_STRUCT.matcher(log);
    if (struct.find()) {
      return struct.group(1).equals("sched_ext_ops")
          ? "this kernel has no sched_ext; boot one with CONFIG_SCHED_CLASS_EXT=y (6.13 or newer)"
          : "this kernel has no struct " + struct.group(1);
    }
    if (log.contains("failed to find valid kernel BTF")) {
      return "this kernel has no BTF; boot one with CONFIG_DEBUG_INFO_BTF=y";
    }
    Matcher member = NO_MEMBER.matcher(log);
    if (member.find()) {
      return "this kernel has no callback or option " + member.group(2) + " for " + member.group(1);
    }
    Matcher ksym = NO_KSYM.matcher(log);
    if (ksym.find()) {
      return "this kernel has no " + ksym.group(1);
    }
    Matcher other = OTHER_ARGUMENTS.matcher(log);
    if (other.find()) {
      return "this kernel's BTF gives "
          + other.group(1)
          + " an argument that only the kernel itself passes, as kernels from 7.1 on do that were"
          + " built with pahole older than 1.26: no sched_ext scheduler can be loaded; boot another"
          + " kernel";
    }
    Matcher rejected = REJECTED.matcher(log);
    if (rejected.find()) {
      return "the kernel's verifier rejected "
          + rejected.group(1)
          + " ("
          + verdict(rejected.group(2))
          + ")";
    }
    return null;
  }

  private static String permissionFix(boolean root) {
    return root
        ? "root lacks CAP_BPF, CAP_PERFMON or CAP_SYS_ADMIN here (a container, or kernel lockdown)"
        : "run as root (it takes CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN)";
  }

  private static String busyFix(SchedExt kernel) {
    return kernel
        .attachedOps()
        .map(ops -> "the scheduler " + ops + " is attached; stop it first")
        .orElse("another sched_ext scheduler is attached or just leaving; stop it first");
  }

  /** The log of the program that the verifier rejected, or an empty string. */
  static String verifierLog(String log) {
    Matcher rejected = REJECTED.matcher(log);
    return rejected.find() ? rejected.group(2) : "";
  }

  /**
   * The verifier's last word: what stands under its "Reason:" (kernels from 7.x on), or else the
   * line before its statistics.
   */
  private static String verdict(String verifierLog) {
    Matcher reason = REASON.matcher(verifierLog);
    if (reason.find()) {
      return reason.group(1).strip();
    }
    String verdict = "";
    for (String line : verifierLog.split("\n")) {
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("processed ") && !text.startsWith("verification ")) {
        verdict = text;
      }
    }
    return verdict.isEmpty() ? "it gave no reason" : verdict;
  }

  private static String lastLine(String log) {
    String text = log.strip();
    String line = text.substring(text.lastIndexOf('\n') + 1);
    return line.startsWith("libbpf: ") ? line.substring("libbpf: ".length()) : line;
  }
}
