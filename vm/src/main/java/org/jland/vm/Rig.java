// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The way into this package: kernels, and guests that run on them. What is missing is made first;
 * once it is in the cache, no network is needed.
 *
 * <p>Thread-safe; several runs may go on at once, each on its own thread.
 */
public final class Rig {
  private static final Duration UNUSED_IMAGE = Duration.ofDays(14);

  private final Cache cache;
  private final Map<String, String> environment;
  private final Consumer<String> progress;
  private final KernelCatalog kernels;

  private Rig(Map<String, String> environment, Consumer<String> progress) {
    this.environment = Map.copyOf(environment);
    this.progress = progress;
    this.cache = new Cache(Cache.defaultRoot(environment), progress);
    this.kernels =
        new KernelCatalog(
            cache, new AptRoot(cache, KernelCatalog.SUITE, environment, progress), progress);
  }

  /**
   * The rig of this machine, set up by JLAND_CACHE, JLAND_MIRROR and JLAND_ACCEL=tcg.
   *
   * @param progress told, in one line each, what takes long; called on the caller's threads
   */
  public static Rig open(Consumer<String> progress) {
    return new Rig(System.getenv(), progress);
  }

  /** All kernels that are served or cached, oldest first. */
  public List<KernelEntry> kernels() throws IOException {
    return kernels.entries();
  }

  /** Where everything made is kept. */
  public Path cacheDirectory() {
    return cache.root();
  }

  /** Whether the emulator and the root disk of this version are in the cache. Changes nothing. */
  public boolean isMade() throws IOException {
    Emulator emulator = new Emulator(environment, progress);
    GuestImage image = new GuestImage(environment, progress);
    return cache.find(emulator.kind(), emulator.key()).isPresent()
        && cache.find(image.kind(), image.key()).isPresent();
  }

  /**
   * What keeps guests from being made here: the mirror's address or the packages' keys are missing.
   *
   * @return one line with the fix, or empty
   */
  public Optional<String> whyNotMakeable() throws IOException {
    try {
      Mirror.address(environment);
      AptRoot.requireKeyring();
      return Optional.empty();
    } catch (GuestException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Makes what a run of {@code spec} needs and is slow to make, without running it. */
  public void prepare(GuestSpec spec) throws IOException {
    emulator();
    kernels.get(spec.kernel());
    rootDisk();
  }

  /**
   * Runs the command of {@code spec} in a fresh guest.
   *
   * @param out gets the command's standard output as it comes, on a thread of its own
   * @param err gets its standard error, likewise
   * @return the result, whatever the command's status was
   * @throws GuestException if no status came back, or the guest can't be set up
   * @throws IOException if a host file can't be read or written, or a download fails
   */
  public GuestResult run(GuestSpec spec, OutputStream out, OutputStream err) throws IOException {
    if (spec.command().isEmpty()) {
      throw GuestException.setup("no command to run in the guest");
    }
    return boot(spec, out, err);
  }

  /**
   * Gives this process's terminal a prompt in a fresh guest, until it is left. The command of
   * {@code spec} is ignored.
   */
  public GuestResult shell(GuestSpec spec) throws IOException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    return boot(spec.withCommand(List.of()), nowhere, nowhere);
  }

  private GuestResult boot(GuestSpec spec, OutputStream out, OutputStream err) throws IOException {
    List<String> emulator = emulator();
    Kernel kernel = kernels.get(spec.kernel());
    Path rootDisk = rootDisk();
    Accelerator accelerator =
        switch (spec.clock()) {
          case INSTRUCTIONS -> Accelerator.TCG_INSTRUCTIONS;
          case SINGLE ->
              new KvmProbe(cache, environment, emulator, progress).works(kernel, rootDisk)
                  ? Accelerator.KVM
                  : Accelerator.TCG;
        };
    return Guest.run(spec, emulator, kernel, rootDisk, accelerator, out, err);
  }

  private List<String> emulator() throws IOException {
    return Emulator.command(cache.get(new Emulator(environment, progress)));
  }

  private Path rootDisk() throws IOException {
    Path rootDisk = cache.get(new GuestImage(environment, progress)).resolve(GuestImage.FILE);
    cache.prune(GuestImage.KIND, UNUSED_IMAGE); // one per change of the recipe, 1 GiB each
    return rootDisk;
  }
}
