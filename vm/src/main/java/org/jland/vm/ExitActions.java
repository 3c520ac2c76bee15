// SPDX-License-Identifier: Apache-2.0
package org.jland.vm;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What must happen even when the JVM is told to stop: children end, temporary files go.
 *
 * <p>Actions run in reverse order of registration, so that a child is gone before the files it
 * writes are removed. Thread-safe; owns the package's only shutdown hook.
 */
final class ExitActions {
  private static final Set<Handle> PENDING = new LinkedHashSet<>();
  private static final Thread HOOK = new Thread(ExitActions::runAll, "jland-vm-exit");
  private static boolean ending; // under PENDING

  static {
    Runtime.getRuntime().addShutdownHook(HOOK);
  }

  private ExitActions() {}

  /** Registers {@code action}; closing the handle runs it now instead, at most once in all. */
  static Handle register(Runnable action) {
    Handle handle = new Handle(action);
    synchronized (PENDING) {
      PENDING.add(handle);
    }
    return handle;
  }

  private static void runAll() {
    List<Handle> handles;
    synchronized (PENDING) {
      ending = true;
      handles = new ArrayList<>(PENDING);
    }
    handles.reversed().forEach(Handle::run);
  }

  /** One registered action. */
  static final class Handle implements AutoCloseable {
    private final Runnable action;

    private Handle(Runnable action) {
      this.action = action;
    }

    /**
     * Runs the action now. While the JVM ends, the hook does that, and the caller stays here: its
     * children and files are going, and it would only report failures that are none.
     */
    @Override
    public void close() {
      synchronized (PENDING) {
        while (ending) {
          try {
            PENDING.wait();
          } catch (InterruptedException e) {
            continue; // the JVM's end is near anyway
          }
        }
        PENDING.remove(this);
      }
      run();
    }

    private void run() {
      action.run();
    }
  }
}
