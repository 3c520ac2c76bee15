// SPDX-License-Identifier: Apache-2.0

/**
 * The Java picture of {@code bpf/src/intf.h}: layouts, offsets and constants of all that crosses
 * the boundary. A test compares them with the object's BTF. Not exported.
 */
package org.jland.intf;
