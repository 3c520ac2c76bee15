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
 * A scheduler whose loop the JIT has to undo whenever its test makes a file: then it loads a
 * subclass of a class that the policy calls, and the compiled code was made for a class without
 * any. Until it is compiled anew the loop is interpreted.
 */
public final class UndoneScheduler implements Policy {
  /** Makes the JIT undo the loop once for each file "0", "1" ... in it. */
  static final Path FOLDER = Path.of("/run/jland-undone");

  private static final List<String> OTHERS = List.of("OtherOne", "OtherTwo", "OtherThree");

  static final int TIMES = OTHERS.size();

  private static final int LOOK_MS = 20;

  /** Not static: the JIT would know the class of what they hold. */
  private final One one = new One();

  private final Two two = new Two();
  private final Three three = new Three();

  private static class One {
    long of(TaskView task) {
      return task.enqTs();
    }
  }

  private static final class OtherOne extends One {
    @Override
    long of(TaskView task) {
      return 0;
    }
  }

  private static class Two {
    long of(TaskView task) {
      return task.weight() & 1;
    }
  }

  private static final class OtherTwo extends Two {
    @Override
    long of(TaskView task) {
      return 0;
    }
  }

  private static class Three {
    long of(TaskView task) {
      return task.runDelta() & 1;
    }
  }

  private static final class OtherThree extends Three {
    @Override
    long of(TaskView task) {
      return 0;
    }
  }

  @Override
  public void enqueued(TaskView task, Dispatcher out) {
    out.dispatch(task.id(), 0, one.of(task) + two.of(task) + three.of(task));
  }

  /** Loads the subclasses, each when its file is there. */
  private static void loadOthers() {
    try {
      for (int i = 0; i < TIMES; i++) {
        Path file = FOLDER.resolve(String.valueOf(i));
        while (!Files.exists(file)) {
          Thread.sleep(LOOK_MS);
        }
        Class.forName(UndoneScheduler.class.getName() + "$" + OTHERS.get(i));
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
