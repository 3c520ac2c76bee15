// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which way a figure improves. */
public enum Better {
  /** Times, waits, costs. */
  @JsonProperty("lower")
  LOWER,
  /** Rates, frames on time, fairness. */
  @JsonProperty("higher")
  HIGHER
}
