// SPDX-License-Identifier: Apache-2.0
package org.jland.os;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Delivers termination signals to Java, also those that were ignored when the JVM started.
 *
 * <p>A shell starts its background jobs with SIGINT ignored, and HotSpot then never installs a
 * handler for it: {@code Signal.handle} returns as if it had worked. HotSpot decides by the
 * signal's present disposition, so this class sets that to SIG_DFL first. An ignored SIGHUP stays
 * ignored: that is {@code nohup}, and meant.
 *
 * <p>Handlers run on a fresh thread per signal, started by the JVM's signal dispatcher. {@code
 * sun.misc.Signal} is reached by reflection because javac's warning about it can't be switched off.
 */
public final class Signals {
  /** The signals that ask a program to end. */
  public enum Signal {
    HUP(1),
    INT(2),
    TERM(15);

    private final int number;

    Signal(int number) {
      this.number = number;
    }

    /** The signal's number, for an exit status of 128 + number. */
    public int number() {
      return number;
    }
  }

  /** Takes the handlers away again. Closing twice does nothing. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  private Signals() {}

  /**
   * Runs a handler at every arrival of the given signals, instead of the JVM's orderly exit.
   *
   * @param signals which ones
   * @param handler called on a thread of the JVM with the signal; what it throws is printed by that
   *     thread's uncaught-exception handler
   * @return gives back what was in force before, an ignored signal included
   * @throws IllegalStateException if the JVM leaves signals alone ({@code -Xrs})
   */
  public static Subscription handle(Set<Signal> signals, Consumer<Signal> handler) {
    Objects.requireNonNull(handler, "handler");
    Deque<Runnable> undo = new ArrayDeque<>();
    Subscription subscription = () -> unwind(undo);
    try {
      for (Signal signal : signals) {
        undo.push(install(signal, handler));
      }
    } catch (RuntimeException e) {
      subscription.close();
      throw e;
    }
    return subscription;
  }

  private static void unwind(Deque<Runnable> undo) {
    synchronized (undo) {
      while (!undo.isEmpty()) {
        undo.pop().run();
      }
    }
  }

  private static Runnable install(Signal signal, Consumer<Signal> handler) {
    boolean ignored = Libc.disposition(signal.number) == Libc.SIG_IGN;
    if (ignored && signal == Signal.HUP) {
      return () -> {};
    }
    if (ignored) {
      Libc.signal(signal.number, Libc.SIG_DFL);
    }
    Object previous;
    try {
      previous = JvmSignal.handle(signal.name(), JvmSignal.proxy(() -> handler.accept(signal)));
    } catch (RuntimeException e) {
      if (ignored) {
        Libc.signal(signal.number, Libc.SIG_IGN);
      }
      throw e;
    }
    return () -> {
      JvmSignal.handle(signal.name(), previous);
      if (ignored) {
        Libc.signal(signal.number, Libc.SIG_IGN);
      }
    };
  }

  /** {@code sun.misc.Signal} and {@code sun.misc.SignalHandler} without naming them. */
  private static final class JvmSignal {
    private static final Class<?> SIGNAL = type("sun.misc.Signal");
    private static final Class<?> HANDLER = type("sun.misc.SignalHandler");

    static Object proxy(Runnable action) {
      InvocationHandler invocation =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  action.run();
                  yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "jland's signal handler";
              };
      return Proxy.newProxyInstance(
          Signals.class.getClassLoader(), new Class<?>[] {HANDLER}, invocation);
    }

    static Object handle(String name, Object handler) {
      try {
        Method method = SIGNAL.getMethod("handle", SIGNAL, HANDLER);
        Object signal = SIGNAL.getConstructor(String.class).newInstance(name);
        return method.invoke(null, signal, handler);
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(
            "the JVM does not hand out SIG" + name + ": run it without -Xrs", e.getCause());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Class<?> type(String name) {
      try {
        return MethodHandles.lookup().findClass(name);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(
            "this Java runtime lacks the module jdk.unsupported (" + name + ")", e);
      }
    }
  }
}
