// SPDX-License-Identifier: Apache-2.0

/**
 * The jland command: what a person types, and what is printed back.
 *
 * <p>{@link org.jland.cli.Jland} is the root; every {@code XxxCommand} is one picocli command that
 * only reads its options and puts the other classes of this package together. Those are plain and
 * tested without a guest. The guest itself is {@code org.jland.vm}'s business, a scheduler {@code
 * org.jland.schedulers}'s.
 *
 * <p>The programs that run inside a guest are resources in {@code guest/}.
 */
package org.jland.cli;
