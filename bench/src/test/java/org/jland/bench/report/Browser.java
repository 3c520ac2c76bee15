// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/**
 * A Chromium without a window, a new one for each page.
 *
 * @param program its file
 * @param folder gets its profiles; the page, too
 */
record Browser(String program, Path folder) {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final String POLICY = "default-src 'none'";
  private static final int SECONDS = 120;

  /** The one that is installed; fails if none is. */
  static Browser in(Path folder) {
    String chosen = System.getenv("JLAND_BROWSER");
    String program =
        chosen != null
            ? chosen
            : NAMES.stream()
                .flatMap(name -> onPath(name).stream())
                .findFirst()
                .orElseGet(() ->
                    fail(
                        "no Chromium to check the pages with. As root, type: apt-get install -y"
                            + " --no-install-recommends chromium; or set JLAND_BROWSER to a"
                            + " Chromium or Chrome; or leave it out: ./jland test --quick"));
    return new Browser(program, folder);
  }

  private static Optional<String> onPath(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /** What {@code check.js} says of the page, which its policy would not let it. */
  Element checked(String html, int width) throws IOException, InterruptedException {
    assertTrue(html.contains(POLICY), "the page has another policy than the test knows");
    return loaded(html.replace(POLICY, POLICY + "; script-src 'unsafe-inline'"), width);
  }

  /**
   * What {@code check.js} says of the page, if it may run: attributes of the element returned. The
   * page is framed, because no window is narrower than 500 pixels.
   */
  Element loaded(String html, int width) throws IOException, InterruptedException {
    int end = html.lastIndexOf("</body>");
    String checking =
        html.substring(0, end) + "<script>" + script() + "</script>" + html.substring(end);
    String frame =
        "<!DOCTYPE html><meta charset=utf-8><iframe style='border:0;width:%dpx' srcdoc=\"%s\">"
            .formatted(width, checking.replace("&", "&amp;").replace("\"", "&quot;"));
    Path page = Files.writeString(folder.resolve("page.html"), frame);
    Path dom = folder.resolve("dom.html");
    Path profile = Files.createTempDirectory(folder, "profile");
    List<String> command =
        new ArrayList<>(
            List.of(program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"));
    command.addAll(
        List.of(
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--user-data-dir=" + profile,
            "--dump-dom",
            page.toUri().toString()));
    Path log = folder.resolve("browser.log");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(dom.toFile())
            .redirectError(log.toFile())
            .start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      fail(program + " did not end within " + SECONDS + " s: " + Files.readString(log));
    }
    assertEquals(0, process.exitValue(), () -> program + ": " + text(log));
    return Jsoup.parse(dom, UTF_8.name()).root().firstElementChild();
  }

  private static String script() throws IOException {
    try (InputStream in = Browser.class.getResourceAsStream("check.js")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
