// SPDX-License-Identifier: Apache-2.0

/** The shipped schedulers: each is a policy and a main method. */
package org.jland.schedulers;
