// SPDX-License-Identifier: Apache-2.0

/** Perfetto's file format, written and read. No other package knows a field number. */
package org.jland.trace.perfetto;
