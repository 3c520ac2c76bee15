// SPDX-License-Identifier: Apache-2.0

/** What a recording holds: events, tasks, the recording itself. Immutable data, any thread. */
package org.jland.trace.model;
