// SPDX-License-Identifier: Apache-2.0
package org.jland.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jland.bench.Opponent;

/**
 * Who is compared, from what the user typed.
 *
 * @param opponents in the order of the command line
 * @param files what a guest must get for them
 */
record BenchOpponents(List<Opponent> opponents, List<Path> files) {
  private static final Set<String> OWN = Set.of("scx_jland", "scx_jlfifo");

  /**
   * Reads command lines, each of which attaches a scheduler.
   *
   * @param typed {@code eevdf}; a scheduler of jland; a program's path; FILE.java of a scheduler;
   *     each with its options behind it
   * @param bin folder of jland's programs on the machine that is measured
   * @param peers those that are installed are known by their names
   * @param inGuest whether that is a guest, which sees files in {@code /payload}
   */
  static BenchOpponents parse(List<String> typed, Path bin, boolean inGuest, Peers peers) {
    Map<String, Opponent> opponents = new LinkedHashMap<>();
    Map<String, Path> files = new LinkedHashMap<>();
    for (String line : new LinkedHashSet<>(typed)) {
      List<String> words = List.of(line.strip().split("\\s+"));
      Opponent opponent =
          words.equals(List.of(Opponent.EEVDF))
              ? Opponent.eevdf()
              : scheduler(words, bin, inGuest, peers, files);
      if (opponents.put(opponent.name(), opponent) != null) {
        throw new Failure("two opponents are called " + opponent.name(), Status.USAGE);
      }
    }
    return new BenchOpponents(List.copyOf(opponents.values()), List.copyOf(files.values()));
  }

  private static Opponent scheduler(
      List<String> words, Path bin, boolean inGuest, Peers peers, Map<String, Path> files) {
    String first = words.getFirst();
    List<String> command = new ArrayList<>();
    if (OWN.contains(first)) {
      command.add(bin.resolve(first).toString());
    } else {
      Path file = peers.find(first).orElseGet(() -> file(first));
      if (file.toString().endsWith(".java")) {
        command.addAll(List.of(bin.resolve("jland").toString(), "run"));
      } else if (!Files.isExecutable(file)) {
        throw new Failure(first + " can't be executed; chmod +x it", Status.USAGE);
      }
      String name = file.getFileName().toString();
      Path other = files.put(name, file);
      if (other != null && !other.equals(file)) {
        throw new Failure("two files are called " + name + "; rename one", Status.USAGE);
      }
      command.add(inGuest ? "/payload/" + name : file.toString());
    }
    command.addAll(words.subList(1, words.size()));
    List<String> name = new ArrayList<>(words);
    name.set(0, Path.of(first).getFileName().toString());
    return new Opponent(String.join(" ", name), command);
  }

  private static Path file(String word) {
    Path file = Path.of(word).toAbsolutePath().normalize();
    if (!Files.isRegularFile(file)) {
      throw new Failure(
          "no opponent '"
              + word
              + "': it is none of "
              + String.join(", ", OWN.stream().sorted().toList())
              + ", "
              + Opponent.EEVDF
              + ", there is no such file, and it is no peer that jland bench --install-peers built",
          Status.USAGE);
    }
    return file;
  }
}
