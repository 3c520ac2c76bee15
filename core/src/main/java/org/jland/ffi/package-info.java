// SPDX-License-Identifier: Apache-2.0

/** Calls of C functions at little cost for the start. Not exported. */
package org.jland.ffi;
