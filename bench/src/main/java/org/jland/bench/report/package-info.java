// SPDX-License-Identifier: Apache-2.0

/** Results for people: as text, as a page, and compared with older ones. Pure functions. */
package org.jland.bench.report;
