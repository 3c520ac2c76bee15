// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.run;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Numbers in what programs print, once or several times. Pure functions. */
final class Output {
  private static final Pattern PAIR = Pattern.compile("(\\w+)=(-?[0-9.]+)");
  private static final Pattern BUCKET = Pattern.compile("(\\d{6})([ \\t][ \\t\\d]*)");
  private static final Pattern OVERFLOWS = Pattern.compile("# Histogram Overflows:([ \\t\\d]+)");
  private static final Pattern MAXIMA = Pattern.compile("# Max Latencies:([ \\t\\d]+)");

  private Output() {}

  /**
   * The number in the first group of the first match.
   *
   * @throws WorkloadException if there is no match; with the output's end
   */
  static double number(String output, Pattern pattern) throws WorkloadException {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw missing(pattern.pattern(), output);
    }
    return Double.parseDouble(matcher.group(1));
  }

  /**
   * The command line that runs a program several times, one after the other, and fails if one run
   * does. Its words must mean nothing to a shell.
   */
  static List<String> repeated(int times, String... command) {
    String once = String.join(" ", command) + " || exit";
    return List.of("sh", "-c", String.join("; ", Collections.nCopies(times, once)));
  }

  /**
   * The numbers in the first group of all matches, of a program that ran several times.
   *
   * @param count how many there must be
   * @throws WorkloadException if there are more or fewer; with the output's end
   */
  static List<Double> numbers(String output, Pattern pattern, int count) throws WorkloadException {
    List<Double> numbers =
        pattern.matcher(output).results().map(match -> Double.valueOf(match.group(1))).toList();
    if (numbers.size() != count) {
      throw missing(count + " of " + pattern.pattern(), output);
    }
    return numbers;
  }

  /** All {@code name=number} of the line that begins with a name. */
  static Map<String, Double> pairs(String output, String name) throws WorkloadException {
    String line =
        output
            .lines()
            .filter(text -> text.startsWith(name + " "))
            .findFirst()
            .orElseThrow(() -> missing(name + " ...", output));
    Map<String, Double> pairs = new HashMap<>();
    Matcher matcher = PAIR.matcher(line);
    while (matcher.find()) {
      pairs.put(matcher.group(1), Double.valueOf(matcher.group(2)));
    }
    return pairs;
  }

  /**
   * Wake-up latencies of {@code cyclictest -q -h}, all threads together; of several such programs,
   * if one output stands behind the other.
   *
   * @return mean, p50, p99, p99.9, max in µs, and samples
   */
  static Map<String, Double> cyclictest(String output) throws WorkloadException {
    TreeMap<Long, Long> histogram = new TreeMap<>();
    for (String line : output.split("\n")) {
      Matcher bucket = BUCKET.matcher(line);
      if (bucket.matches()) {
        histogram.merge(Long.valueOf(bucket.group(1)), sum(bucket.group(2)), Long::sum);
      }
    }
    long max = maximum(groups(output, MAXIMA));
    histogram.merge(max, sum(groups(output, OVERFLOWS)), Long::sum);
    long samples = histogram.values().stream().mapToLong(Long::longValue).sum();
    if (samples == 0) {
      throw missing("samples", output);
    }
    double all =
        histogram.entrySet().stream()
            .mapToDouble(bucket -> (double) bucket.getKey() * bucket.getValue())
            .sum();
    return Map.of(
        "mean",
        all / samples,
        "p50",
        percentile(histogram, samples, 0.5),
        "p99",
        percentile(histogram, samples, 0.99),
        "p99.9",
        percentile(histogram, samples, 0.999),
        "max",
        (double) max,
        "samples",
        (double) samples);
  }

  private static double percentile(TreeMap<Long, Long> histogram, long samples, double share) {
    long wanted = (long) Math.ceil(samples * share);
    long seen = 0;
    for (Map.Entry<Long, Long> bucket : histogram.entrySet()) {
      seen += bucket.getValue();
      if (seen >= wanted) {
        return bucket.getKey();
      }
    }
    return histogram.lastKey();
  }

  private static String groups(String output, Pattern pattern) throws WorkloadException {
    String all =
        pattern
            .matcher(output)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.joining(" "));
    if (all.isEmpty()) {
      throw missing(pattern.pattern(), output);
    }
    return all;
  }

  private static long sum(String columns) {
    long sum = 0;
    for (String column : columns.strip().split("\\s+")) {
      sum += Long.parseLong(column);
    }
    return sum;
  }

  private static long maximum(String columns) {
    long max = 0;
    for (String column : columns.strip().split("\\s+")) {
      max = Math.max(max, Long.parseLong(column));
    }
    return max;
  }

  private static WorkloadException missing(String what, String output) {
    String end = output.strip();
    end = end.substring(Math.max(0, end.length() - 200)).replaceAll("\\s+", " ");
    return new WorkloadException("no '" + what + "' in what it printed: " + end);
  }
}
