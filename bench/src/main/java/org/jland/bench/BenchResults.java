// SPDX-License-Identifier: Apache-2.0
package org.jland.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything a run of the suite found, as it stands in its file.
 *
 * @param format of this file, {@link #FORMAT}
 * @param jland version of jland that measured
 * @param started when, ISO 8601 with the zone
 * @param command what repeats it, word by word
 * @param runs how many of each workload and scheduler
 * @param complete whether it came to its end; if not, {@code --resume} goes on
 * @param opponents who was compared, the first is what the others are measured against
 * @param rows what was to be measured
 * @param boots where
 * @param samples what was measured, oldest first
 * @param notes what a reader must know beside the figures
 */
public record BenchResults(
    int format,
    String jland,
    String started,
    List<String> command,
    int runs,
    boolean complete,
    List<Opponent> opponents,
    List<Row> rows,
    List<Boot> boots,
    List<Sample> samples,
    List<String> notes) {
  /** The format that this version reads and writes. */
  public static final int FORMAT = 1;

  /** Copies the lists. */
  public BenchResults {
    command = List.copyOf(command);
    opponents = List.copyOf(opponents);
    rows = List.copyOf(rows);
    boots = List.copyOf(boots);
    samples = List.copyOf(samples);
    notes = List.copyOf(notes);
  }

  /** One figure of one scheduler over all runs that count; empty if none does. */
  public Optional<Summary> summary(String row, String opponent, String figure) {
    List<Double> values = new ArrayList<>();
    for (Sample sample : samples) {
      if (sample.row().equals(row)
          && sample.opponent().equals(opponent)
          && sample.counts()
          && sample.values().containsKey(figure)) {
        values.add(sample.values().get(figure));
      }
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(Summary.of(values));
  }

  /** Where the runs of a row that count were measured. */
  public List<Boot> bootsOf(String row) {
    Set<String> ids =
        samples.stream()
            .filter(sample -> sample.row().equals(row) && sample.counts())
            .map(Sample::boot)
            .collect(Collectors.toSet());
    return boots.stream().filter(boot -> ids.contains(boot.id())).toList();
  }

  /** What the traced run of a row found; empty if there was none that counts. */
  public Optional<Sample> traced(String row, String opponent) {
    return samples.stream()
        .filter(sample -> sample.run() == 0 && sample.counts())
        .filter(sample -> sample.row().equals(row) && sample.opponent().equals(opponent))
        .reduce((first, last) -> last);
  }

  /** The runs of a row that count for nothing. */
  public List<Sample> voided(String row, String opponent) {
    return samples.stream()
        .filter(sample -> !sample.counts())
        .filter(sample -> sample.row().equals(row) && sample.opponent().equals(opponent))
        .toList();
  }

  /** How many runs of a row an opponent should have; 0 if the row is not for it. */
  public int runsOf(Row row, Opponent opponent) {
    return row.schedulersOnly() && opponent.isDefault() ? 0 : runs;
  }

  /** The rows in which no run is missing or void. */
  public List<Row> soundRows() {
    return rows.stream()
        .filter(row -> opponents.stream().allMatch(opponent -> isSound(row, opponent)))
        .toList();
  }

  private boolean isSound(Row row, Opponent opponent) {
    return row.figures().stream()
        .map(figure -> summary(row.name(), opponent.name(), figure.name()))
        .allMatch(summary -> summary.map(Summary::count).orElse(0) >= runsOf(row, opponent));
  }

  /** With one more sample. */
  public BenchResults with(Sample sample) {
    List<Sample> more = new ArrayList<>(samples);
    more.add(sample);
    return copy(complete, boots, more, notes);
  }

  /** With one more boot. */
  public BenchResults with(Boot boot) {
    List<Boot> more = new ArrayList<>(boots);
    more.add(boot);
    return copy(complete, more, samples, notes);
  }

  /** With one more note, once. */
  public BenchResults withNote(String note) {
    if (notes.contains(note)) {
      return this;
    }
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return copy(complete, boots, samples, more);
  }

  /** Without a row that can't be measured here, and with a note that says why. */
  public BenchResults skipping(String row, String why) {
    return withRows(rows.stream().filter(known -> !known.name().equals(row)).toList())
        .withNote(row + " was skipped: " + why);
  }

  /** At its end. */
  public BenchResults completed() {
    return copy(true, boots, samples, notes);
  }

  private BenchResults withRows(List<Row> newRows) {
    return new BenchResults(
        format, jland, started, command, runs, complete, opponents, newRows, boots, samples, notes);
  }

  private BenchResults copy(
      boolean atEnd, List<Boot> newBoots, List<Sample> newSamples, List<String> newNotes) {
    return new BenchResults(
        format,
        jland,
        started,
        command,
        runs,
        atEnd,
        opponents,
        rows,
        newBoots,
        newSamples,
        newNotes);
  }
}
