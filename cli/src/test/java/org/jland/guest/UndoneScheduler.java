// SPDX-License-Identifier: Apache-2.0
package org.jland.guest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jland.app.SchedulerApp;
import org.jland.policy.Dispatcher;
import org.jland.policy.Policy;
import org.jland.policy.TaskView;

/**
 * A scheduler whose loop the JIT has to undo whenever its test makes a file: then it loads a second
 * subclass of a class that the policy calls, and the compiled code was made for one. Until it is
 * compiled anew the loop is interpreted.
 */
public final class UndoneScheduler implements Policy {
  /** Makes the JIT undo the loop once for each file "1" to "3" in it. */
  static final Path FOLDER = Path.of("/run/jland-undone");

  static final int TIMES = 3;

  private static final int LOOK_MS = 20;

  /** Not static: the JIT would know the class of what they hold. */
  private final One one = new One.Only();

  private final Two two = new Two.Only();
  private final Three three = new Three.Only();

  private abstract static class One {
    abstract long of(TaskView task);

    private static final class Only extends One {
      @Override
      long of(TaskView task) {
        return task.enqTs();
      }
    }

    private static final class Other extends One {
      @Override
      long of(TaskView task) {
        return 0;
      }
    }
  }

  private abstract static class Two {
    abstract long of(TaskView task);

    private static final class Only extends Two {
      @Override
      long of(TaskView task) {
        return task.weight() & 1;
      }
    }

    private static final class Other extends Two {
      @Override
      long of(TaskView task) {
        return 0;
      }
    }
  }

  private abstract static class Three {
    abstract long of(TaskView task);

    private static final class Only extends Three {
      @Override
      long of(TaskView task) {
        return task.runDelta() & 1;
      }
    }

    private static final class Other extends Three {
      @Override
      long of(TaskView task) {
        return 0;
      }
    }
  }

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    out.dispatch(task.id(), 0, one.of(task) + two.of(task) + three.of(task));
  }

  /** Loads the other subclasses, each when its file is there. */
  private static void loadOthers() {
    int next = 1;
    try {
      for (String name : List.of("One", "Two", "Three")) {
        Path file = FOLDER.resolve(String.valueOf(next++));
        while (!Files.exists(file)) {
          Thread.sleep(LOOK_MS);
        }
        Class.forName(UndoneScheduler.class.getName() + "$" + name + "$Other");
      }
    } catch (InterruptedException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs it. */
  public static void main(String[] args) {
    Thread.ofPlatform().daemon().start(UndoneScheduler::loadOthers);
    System.exit(SchedulerApp.of("scx_jlundone", config -> new UndoneScheduler()).run(args));
  }
}
