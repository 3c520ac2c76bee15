// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sched_ext kernels that can be had: Debian's cloud kernels for the guest's release, as its
 * mirror serves them today, and those in the cache. Without a network, what is cached remains.
 *
 * <p>Thread-safe.
 */
public final class KernelCatalog {
  /** Where such kernels are; those that Debian's releases came with have sched_ext off. */
  static final String SUITE = GuestImage.RELEASE + "-backports";

  private static final Pattern IMAGE = Pattern.compile("linux-image-([0-9].*-cloud-amd64)");
  private static final Pattern NAME = Pattern.compile("(?:^|[,|] *)([a-z0-9][a-z0-9+.-]+)");

  private final Cache cache;
  private final PackageSource source;
  private final Consumer<String> progress;

  KernelCatalog(Cache cache, PackageSource source, Consumer<String> progress) {
    this.cache = cache;
    this.source = source;
    this.progress = progress;
  }

  /** All kernels, oldest first. */
  public List<KernelEntry> entries() throws IOException {
    Set<KernelVersion> cached = cached();
    TreeMap<KernelVersion, KernelEntry> entries = new TreeMap<>();
    cached.forEach(version -> entries.put(version, new KernelEntry(version, false, true)));
    served(source.packages())
        .forEach(v -> entries.put(v, new KernelEntry(v, true, cached.contains(v))));
    return List.copyOf(entries.values());
  }

  /**
   * The kernel that {@code selector} means, downloaded if it is not cached.
   *
   * @param selector {@code newest}, {@code oldest}, a series ({@code 7.3}: its newest), a number
   *     ({@code 7.3.4}) or a whole release
   * @throws GuestException if there is no such kernel
   */
  Kernel get(String selector) throws IOException {
    Map<String, String> packages = source.packages();
    List<KernelVersion> served = served(packages);
    List<KernelVersion> cached = List.copyOf(cached());
    KernelVersion version =
        choose(selector, served)
            .or(() -> choose(selector, cached))
            .orElseThrow(() -> noSuchKernel(selector, served, cached));
    try {
      return get(version, packages);
    } catch (IOException e) {
      KernelVersion other = choose(selector, cached).orElseThrow(() -> unreachable(version, e));
      progress.accept("can't get kernel " + version.release() + "; using " + other.release());
      return get(other, packages);
    }
  }

  /** What {@code selector} means among {@code versions}, if anything. */
  static Optional<KernelVersion> choose(String selector, List<KernelVersion> versions) {
    return switch (selector) {
      case "newest" -> versions.stream().max(KernelVersion::compareTo);
      case "oldest" -> versions.stream().min(KernelVersion::compareTo);
      default -> versions.stream().filter(v -> v.isIn(selector)).max(KernelVersion::compareTo);
    };
  }

  /** The kernels among package names, oldest first. */
  static List<KernelVersion> served(Map<String, String> packages) {
    return packages.keySet().stream()
        .map(IMAGE::matcher)
        .filter(Matcher::matches)
        .map(matcher -> new KernelVersion(matcher.group(1)))
        .sorted()
        .toList();
  }

  /**
   * The packages that may hold a kernel, likeliest first: its linux-image, then, since newer ones
   * only point to the package that has it, everything of that release it depends on.
   */
  static List<String> candidates(KernelVersion version, Map<String, String> packages) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of("linux-image-" + version.release()));
    while (!open.isEmpty()) {
      String name = open.remove();
      if (packages.containsKey(name) && name.contains(version.release()) && found.add(name)) {
        Matcher names = NAME.matcher(packages.get(name));
        while (names.find()) {
          open.add(names.group(1));
        }
      }
    }
    return new ArrayList<>(found);
  }

  private Set<KernelVersion> cached() throws IOException {
    Set<KernelVersion> cached = new LinkedHashSet<>();
    for (String key : cache.keys(KernelRecipe.KIND)) {
      if (cache.find(KernelRecipe.KIND, key).isPresent()) {
        cached.add(new KernelVersion(key));
      }
    }
    return cached;
  }

  private Kernel get(KernelVersion version, Map<String, String> packages) throws IOException {
    Cache.Recipe recipe =
        new KernelRecipe(version, candidates(version, packages), source, progress);
    return new Kernel(version, cache.get(recipe).resolve(Kernel.FILE));
  }

  private static GuestException noSuchKernel(
      String selector, List<KernelVersion> served, List<KernelVersion> cached) {
    if (served.isEmpty() && cached.isEmpty()) {
      return GuestException.setup(
          "no kernel is cached and the mirror can't be reached; connect to the network once");
    }
    return GuestException.setup(
        "no kernel '" + selector + "' is served or cached; `vm kernels` lists those that are");
  }

  private static GuestException unreachable(KernelVersion version, IOException cause) {
    return GuestException.setup(
        "kernel "
            + version.release()
            + " is not cached and can't be fetched ("
            + cause.getMessage()
            + "); connect to the network once",
        cause);
  }
}
