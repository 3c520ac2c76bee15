// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.List;
import java.util.Map;
import org.jland.bench.Figure;
import org.jland.bench.Row;

/** Servers and their clients. */
final class ServerWorkloads {
  private static final String FAMILY = "server";

  private ServerWorkloads() {}

  static List<Workload> all() {
    return List.of(
        server("nginx", "nginx, 2 workers, and wrk with 32 connections", "requests"),
        server(
            "httpserver",
            "a Java server with virtual threads, and wrk with 32 connections",
            "requests"),
        server("pgread", "PostgreSQL and pgbench -S with 8 clients", "transactions"),
        server("pgwrite", "PostgreSQL and pgbench with 8 clients that write", "transactions"));
  }

  private static Workload server(String name, String what, String unit) {
    return new RealProgram(
        new Row(
            name,
            FAMILY,
            what,
            List.of(
                Figure.higher(unit, "1/s"),
                Figure.lower("p50", "us"),
                Figure.lower("p99", "us"),
                Figure.lower("max", "us"))),
        1.3,
        Map.of(unit, unit + "_per_s", "p50", "p50_us", "p99", "p99_us", "max", "max_us"));
  }
}
