// SPDX-License-Identifier: Apache-2.0
package org.jland.bpf;

import java.util.List;
import java.util.Optional;

/**
 * A struct or union.
 *
 * @param name its tag
 * @param size in bytes, padding included
 * @param members in order of declaration; those of anonymous structs and unions stand in place of
 *     them
 */
public record BtfStruct(String name, long size, List<BtfMember> members) {
  /** Copies the list. */
  public BtfStruct {
    members = List.copyOf(members);
  }

  /** The member of this name, if there is one. */
  public Optional<BtfMember> find(String member) {
    return members.stream().filter(candidate -> candidate.name().equals(member)).findFirst();
  }

  /**
   * The member of this name.
   *
   * @throws BpfException if there is none
   */
  public BtfMember member(String member) {
    return find(member)
        .orElseThrow(() -> BpfException.unusable("read", "struct " + name, "no member " + member));
  }
}
