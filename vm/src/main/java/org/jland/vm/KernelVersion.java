// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel's release, as {@code uname -r} prints it, ordered by its numbers.
 *
 * @param release for example {@code 7.3.4+deb13-cloud-amd64}
 */
public record KernelVersion(String release) implements Comparable<KernelVersion> {
  private static final Pattern NUMBERS = Pattern.compile("([0-9]+(?:\\.[0-9]+)*).*");
  private static final Comparator<KernelVersion> ORDER =
      Comparator.comparing(KernelVersion::parts, KernelVersion::compareParts)
          .thenComparing(KernelVersion::release);

  /** Checks that the release starts with numbers. */
  public KernelVersion {
    if (!NUMBERS.matcher(release).matches()) {
      throw new IllegalArgumentException("not a kernel release: " + release);
    }
  }

  /** The leading numbers, for example {@code 7.3.4}. */
  public String number() {
    Matcher matcher = NUMBERS.matcher(release);
    matcher.matches();
    return matcher.group(1);
  }

  /** Whether this is {@code prefix} or one of its series: 7.3.4 is in 7.3, and 7.30.1 is not. */
  public boolean isIn(String prefix) {
    return release.equals(prefix) || number().equals(prefix) || number().startsWith(prefix + ".");
  }

  @Override
  public int compareTo(KernelVersion other) {
    return ORDER.compare(this, other);
  }

  private List<Integer> parts() {
    return Arrays.stream(number().split("\\.")).map(Integer::valueOf).toList();
  }

  private static int compareParts(List<Integer> left, List<Integer> right) {
    return Arrays.compare(left.toArray(Integer[]::new), right.toArray(Integer[]::new));
  }
}
