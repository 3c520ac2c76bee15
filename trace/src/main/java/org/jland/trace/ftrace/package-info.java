// SPDX-License-Identifier: Apache-2.0

/**
 * The kernel's tracing: an instance of our own in tracefs, and its binary pages decoded by the
 * descriptions that the kernel gives of them. One owner thread per object.
 */
package org.jland.trace.ftrace;
