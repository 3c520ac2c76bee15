// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A second JVM that does one thing with the package: what two processes do to each other. */
final class OtherProcess {
  private OtherProcess() {}

  /** Starts one; its standard error is the test's. */
  static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", place(Cache.class) + ":" + place(OtherProcess.class)));
    command.add(OtherProcess.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The directory that the class was loaded from. */
  private static Path place(Class<?> loaded) {
    String file = "/" + loaded.getName().replace('.', '/') + ".class";
    String url = loaded.getResource(file).toString();
    return Path.of(URI.create(url.substring(0, url.length() - file.length())));
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "make-slowly" -> make(directory, 1_000);
      case "make-forever" -> make(directory, Long.MAX_VALUE);
      case "run-guest" -> runGuest(directory.toString(), Path.of(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void make(Path root, long pauseMs) throws IOException {
    new Cache(root, line -> {})
        .get(
            new Cache.Recipe() {
              @Override
              public String kind() {
                return "kind";
              }

              @Override
              public String key() {
                return "key";
              }

              @Override
              public long bytesNeeded() {
                return 0;
              }

              @Override
              public void make(Path directory) throws IOException {
                Files.writeString(directory.resolve("file"), "made elsewhere");
                System.out.println("making");
                try {
                  Thread.sleep(pauseMs);
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
              }
            });
  }

  private static void runGuest(String emulator, Path scratch) throws IOException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    GuestSpec spec = GuestSpec.of(List.of("true")).withTimeout(Duration.ofMinutes(5));
    Kernel kernel = new Kernel(new KernelVersion("7.3.4"), scratch.resolve("vmlinuz"));
    Guest.run(
        spec,
        List.of(emulator),
        kernel,
        scratch.resolve("root.img"),
        Accelerator.TCG,
        nowhere,
        nowhere);
  }
}
