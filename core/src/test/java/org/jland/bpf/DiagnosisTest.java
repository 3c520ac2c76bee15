// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jland.os.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosisTest {
  private static final String REJECTION =
      """
      libbpf: prog 'jland_enqueue': BPF program load failed: Permission denied
      libbpf: prog 'jland_enqueue': -- BEGIN PROG LOAD LOG --
      0: R1=ctx() R10=fp0
      R1 invalid mem access 'scalar'
      processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0
      -- END PROG LOAD LOG --
      libbpf: failed to load object 'jland'
      """;

  @TempDir Path folder;

  @Test
  void rejectionNamesTheProgramAndTheVerdict() {
    assertEquals(
        "the kernel's verifier rejected jland_enqueue (R1 invalid mem access 'scalar') (EACCES)",
        explain("load", Errno.EACCES, REJECTION));
    assertTrue(Diagnosis.verifierLog(REJECTION).startsWith("0: R1=ctx()"));
    assertEquals("", Diagnosis.verifierLog("libbpf: something else\n"));
  }

  @Test
  void reasonOfNewerKernelsIsTheVerdict() {
    String log =
        REJECTION.replace(
            "R1 invalid", "\nReason:\n  R1 is no pointer.\n\nSuggestion:\n  R1 invalid");
    assertEquals(
        "the kernel's verifier rejected jland_enqueue (R1 is no pointer.) (EACCES)",
        explain("load", Errno.EACCES, log));
  }

  @Test
  void kernelWithoutSchedExtIsNamed() {
    String log = "libbpf: struct_ops init_kern: struct sched_ext_ops is not found in kernel BTF\n";
    assertEquals(
        "this kernel has no sched_ext; boot one with CONFIG_SCHED_CLASS_EXT=y (6.13 or newer)"
            + " (ESRCH)",
        explain("load", Errno.ESRCH, log));
  }

  @Test
  void kernelThatWasBuiltWithAnOldPaholeIsNamed() {
    String log =
        "libbpf: extern (func ksym) 'scx_bpf_create_dsq': func_proto [146] incompatible with"
            + " vmlinux [48029]\nlibbpf: failed to load object 'jland'\n";
    String explained = explain("load", Errno.EINVAL, log);
    assertTrue(explained.contains("scx_bpf_create_dsq"), explained);
    assertTrue(explained.contains("pahole older than 1.26"), explained);
    assertTrue(explained.endsWith("boot another kernel (EINVAL)"), explained);
  }

  @Test
  void missingMemberAndFunctionAreNamed() {
    assertEquals(
        "this kernel has no callback or option made_up for jland_ops (EOPNOTSUPP)",
        explain(
            "load",
            Errno.EOPNOTSUPP,
            "libbpf: struct_ops init_kern jland_ops: Cannot find member made_up in kernel"
                + " BTF\n"));
    assertEquals(
        "this kernel has no scx_bpf_nothing (EINVAL)",
        explain(
            "load",
            Errno.EINVAL,
            "libbpf: extern (func ksym) 'scx_bpf_nothing': not found in kernel or module BTFs\n"));
  }

  @Test
  void busyNamesTheAttachedScheduler() throws IOException {
    assertTrue(explain("attach", Errno.EBUSY, "").contains("another sched_ext scheduler"));
    write("root/ops", "scx_simple\n");
    assertEquals(
        "Device or resource busy (EBUSY): the scheduler scx_simple is attached; stop it first",
        explain("attach", Errno.EBUSY, ""));
  }

  @Test
  void unknownCausesShowLibbpfsLastLine() {
    assertEquals(
        "Invalid argument (EINVAL): map 'x': bad",
        explain("load", Errno.EINVAL, "libbpf: first\nlibbpf: map 'x': bad\n"));
    assertEquals("Invalid argument (EINVAL)", explain("load", Errno.EINVAL, ""));
  }

  @Test
  void permissionNamesTheCapabilities() {
    assertTrue(explain("load", Errno.EPERM, "").contains("CAP_SYS_ADMIN"));
  }

  @Test
  void detailsEndWithTheEndOfTheLog() {
    String log = "libbpf: line\n".repeat(100) + "libbpf: last\n";
    BpfException e = BpfException.failed("load", "jland", Errno.EINVAL, log);
    assertEquals("jland: can't load: Invalid argument (EINVAL): last", e.getMessage());
    assertEquals(Errno.EINVAL, e.errno());
    assertTrue(e.details().contains("61 lines left out"), e.details());
    assertTrue(e.details().endsWith("libbpf: last"), e.details());
  }

  @Test
  void sysfsIsRead() throws IOException {
    SchedExt kernel = new SchedExt(folder);
    assertEquals(Optional.empty(), kernel.state());
    assertTrue(!kernel.isSupported());
    write("state", "enabled\n");
    write("hotplug_seq", "7\n");
    write("nr_rejected", "damaged\n");
    write("root/ops", "jland_0.1\n");
    assertTrue(kernel.isSupported());
    assertEquals(Optional.of("enabled"), kernel.state());
    assertEquals(Optional.of("jland_0.1"), kernel.attachedOps());
    assertEquals(OptionalLong.of(7), kernel.hotplugSeq());
    assertEquals(OptionalLong.empty(), kernel.nrRejected());
    assertEquals(OptionalLong.empty(), kernel.enableSeq());
  }

  private String explain(String operation, int errno, String log) {
    return Diagnosis.explain(operation, errno, log, new SchedExt(folder));
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
