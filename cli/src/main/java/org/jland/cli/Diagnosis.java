// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.util.ArrayList;
import java.util.List;
import org.jland.vm.HostTool;

/** What follows from a machine's facts: for guests, and for scheduling the machine itself. */
final class Diagnosis {
  private static final String MIN_LIBBPF = "1.4";

  /** What a first image, two kernels and the drives of two guests take. */
  private static final long NEEDED_MIB = 6 * 1024;

  private static final List<HostTool> FOR_GUESTS =
      List.of(
          HostTool.MMDEBSTRAP,
          HostTool.MKE2FS,
          HostTool.DEBUGFS,
          HostTool.APT_GET,
          HostTool.DPKG_DEB,
          HostTool.TAR);

  private Diagnosis() {}

  /** What guests need: demo and test. */
  static List<Finding> guests(HostFacts facts) {
    List<Finding> findings = new ArrayList<>();
    for (HostTool tool : FOR_GUESTS) {
      findings.add(
          facts.tools().containsKey(tool)
              ? Finding.ok(tool.program(), facts.tools().get(tool).toString())
              : Finding.missing(
                  tool.program(),
                  "not installed",
                  "type: apt-get install " + tool.debianPackage()));
    }
    findings.add(
        facts.javac()
            ? Finding.ok("Java", "JDK " + Runtime.version().feature())
            : Finding.note(
                "Java",
                "a runtime without a compiler",
                "jland run FILE.java needs a JDK: apt-get install openjdk-25-jdk-headless"));
    findings.add(
        facts.kvm()
            ? Finding.ok("KVM", "/dev/kvm; used if a test boot works")
            : Finding.note("KVM", "no usable /dev/kvm", "guests are emulated, which is slower"));
    findings.add(cache(facts));
    findings.add(image(facts));
    return findings;
  }

  private static Finding cache(HostFacts facts) {
    String where = facts.cache() + ", " + facts.cacheFreeMib() + " MiB free";
    if (!facts.cacheWritable()) {
      return Finding.missing("cache", where, "not writable: set JLAND_CACHE to another folder");
    }
    return facts.cacheFreeMib() < NEEDED_MIB && !facts.cachedImage()
        ? Finding.missing(
            "cache",
            where,
            "free " + NEEDED_MIB + " MiB, or set JLAND_CACHE to a folder that has them")
        : Finding.ok("cache", where);
  }

  private static Finding image(HostFacts facts) {
    if (facts.cachedImage() && facts.cachedKernels() > 0) {
      return Finding.ok("guest", "root disk and " + facts.cachedKernels() + " kernels are cached");
    }
    if (facts.notMakeable().isPresent()) {
      return Finding.missing("guest", "can't be made", facts.notMakeable().get());
    }
    if (!facts.cachedImage() && !facts.root()) {
      return Finding.missing(
          "guest", "no QEMU or root disk yet", "they are made once, by root: sudo -E");
    }
    return Finding.note(
        "guest", "QEMU, root disk or kernels not made yet", "demo and test make them");
  }

  /** What scheduling this machine itself needs: {@code demo --host}, {@code scx_jland}. */
  static List<Finding> host(HostFacts facts) {
    List<Finding> findings = new ArrayList<>();
    if (facts.schedExt().isEmpty()) {
      findings.add(
          Finding.note(
              "sched_ext",
              "kernel " + facts.kernel() + " has none",
              "boot one with CONFIG_SCHED_CLASS_EXT=y, or use guests"));
    } else if (facts.ops().isPresent()) {
      findings.add(Finding.note("sched_ext", facts.ops().get() + " is attached", "stop it first"));
    } else {
      findings.add(Finding.ok("sched_ext", facts.schedExt().get() + ", kernel " + facts.kernel()));
    }
    findings.add(
        facts.btf()
            ? Finding.ok("BTF", "/sys/kernel/btf/vmlinux")
            : Finding.note("BTF", "the kernel has none", "boot one with CONFIG_DEBUG_INFO_BTF=y"));
    findings.add(libbpf(facts));
    findings.add(
        facts.root()
            ? Finding.ok("root", "yes")
            : Finding.note("root", "no", "attaching takes root: sudo -E"));
    return findings;
  }

  private static Finding libbpf(HostFacts facts) {
    if (facts.libbpf().isEmpty()) {
      return Finding.note("libbpf", "no libbpf.so.1", "type: apt-get install libbpf1");
    }
    String version = facts.libbpf().get();
    return HostFacts.newer(version, MIN_LIBBPF)
        ? Finding.ok("libbpf", version)
        : Finding.note("libbpf", version + " is older than " + MIN_LIBBPF, "upgrade libbpf1");
  }

  /** Whether demo and test have what they need. */
  static boolean isReady(List<Finding> findings) {
    return findings.stream().noneMatch(finding -> finding.state() == Finding.State.MISSING);
  }
}
