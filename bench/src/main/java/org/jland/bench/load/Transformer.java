// SPDX-License-Identifier: Apache-2.0
package org.jland.bench.load;

import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Text generation by a small transformer on several threads: what local inference asks of a
 * scheduler. The threads share out the rows of every matrix and meet at a barrier five times a
 * layer, so one thread that waits for a CPU holds up all others.
 *
 * <p>The model is a decoder as everybody builds them: normalised inputs, attention over the tokens
 * so far with several heads, a feed-forward part, both added to the input. Its weights come from a
 * seed: it talks nonsense, in the same tokens on every run. A thread computes whole rows, in an
 * order that does not depend on the number of threads, hence so does the result: every run compares
 * its tokens with what one thread made of the same prompt.
 *
 * <p>Between two barriers each thread writes the rows that {@link #part} gives it, and reads what
 * was written before the first of them.
 */
public final class Transformer {
  private static final int LAYERS = 4;
  private static final int WIDTH = 128;
  private static final int HEADS = 4;
  private static final int HEAD_WIDTH = WIDTH / HEADS;
  private static final int HIDDEN = 4 * WIDTH;
  private static final int VOCABULARY = 512;
  private static final int CONTEXT = 32;
  private static final int FIRST_TOKEN = 1;
  private static final int WARM_UP_TEXTS = 2;
  private static final int MAX_THREADS = 64;

  private final int threads;
  private final CyclicBarrier barrier;
  private final Layer[] layers = new Layer[LAYERS];
  private final float[] embedding;
  private final float[] state = new float[WIDTH];
  private final float[][] inputs;
  private final float[][] shares = new float[HEADS][CONTEXT];
  private final float[] attended = new float[WIDTH];
  private final float[] update = new float[WIDTH];
  private final float[] hidden = new float[HIDDEN];
  private final float[] logits = new float[VOCABULARY];
  private final int[] tokens = new int[CONTEXT];

  /** The weights of a layer, row by row, and what it remembers of the tokens so far. */
  private static final class Layer {
    final float[] query;
    final float[] key;
    final float[] value;
    final float[] output;
    final float[] up;
    final float[] down;
    final float[] queries = new float[WIDTH];
    final float[] keys = new float[CONTEXT * WIDTH];
    final float[] values = new float[CONTEXT * WIDTH];

    Layer(Weights weights) {
      query = weights.matrix(WIDTH, WIDTH);
      key = weights.matrix(WIDTH, WIDTH);
      value = weights.matrix(WIDTH, WIDTH);
      output = weights.matrix(WIDTH, WIDTH);
      up = weights.matrix(HIDDEN, WIDTH);
      down = weights.matrix(WIDTH, HIDDEN);
    }
  }

  /** Numbers from a seed, the same ones in every Java. */
  private static final class Weights {
    private long seed = 88172645463325252L;

    float[] matrix(int rows, int columns) {
      float[] matrix = new float[rows * columns];
      float scale = (float) (1 / Math.sqrt(columns));
      for (int i = 0; i < matrix.length; i++) {
        seed ^= seed << 13;
        seed ^= seed >>> 7;
        seed ^= seed << 17;
        matrix[i] = ((seed >>> 40) / (float) (1 << 23) - 1) * 2 * scale;
      }
      return matrix;
    }
  }

  private Transformer(int threads) {
    this.threads = threads;
    this.barrier = new CyclicBarrier(threads);
    this.inputs = new float[threads][WIDTH];
    Weights weights = new Weights();
    embedding = weights.matrix(VOCABULARY, WIDTH);
    for (int i = 0; i < LAYERS; i++) {
      layers[i] = new Layer(weights);
    }
  }

  /**
   * Generates text and prints how fast that was.
   *
   * @param args number of threads; how often a text of 32 tokens is generated
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    int threads = args.length == 2 ? number(args[0], MAX_THREADS) : 0;
    int texts = args.length == 2 ? number(args[1], 1_000_000) : 0;
    if (threads == 0 || texts == 0) {
      System.err.println("usage: Transformer THREADS TEXTS");
      System.exit(2);
    }
    final long expected = new Transformer(1).generate(WARM_UP_TEXTS);
    Transformer model = new Transformer(threads);
    model.generate(1);
    long began = System.nanoTime();
    final long made = model.generate(texts);
    double seconds = (System.nanoTime() - began) / 1e9;
    if (made != expected) {
      System.err.printf(
          "Transformer: %d threads made text %016x, one made %016x%n", threads, made, expected);
      System.exit(1);
    }
    System.out.printf(
        Locale.ROOT,
        "transformer tokens_per_s=%.1f elapsed_ms=%.3f tokens=%d threads=%d%n",
        texts * CONTEXT / seconds,
        seconds * 1e3,
        texts * CONTEXT,
        threads);
  }

  private static int number(String text, int max) {
    try {
      int number = Integer.parseInt(text);
      return number <= max ? Math.max(number, 0) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Generates the same text again and again; returns a hash of the last one. */
  private long generate(int texts) throws InterruptedException {
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      final int me = i;
      workers[i] = new Thread(() -> work(me, texts), "worker-" + i);
      workers[i].start();
    }
    for (Thread worker : workers) {
      worker.join();
    }
    long hash = 0;
    for (int token : tokens) {
      hash = hash * 0x9E3779B97F4A7C15L + token + 1;
    }
    return hash;
  }

  private void work(int me, int texts) {
    for (int text = 0; text < texts; text++) {
      for (int position = 0; position < CONTEXT; position++) {
        step(me, position);
      }
    }
  }

  /** One thread's part of finding the next token. */
  private void step(int me, int position) {
    if (me == 0) {
      tokens[position] = position == 0 ? FIRST_TOKEN : likeliest(position - 1);
      System.arraycopy(embedding, tokens[position] * WIDTH, state, 0, WIDTH);
    }
    meet();
    for (Layer layer : layers) {
      attend(layer, me, position);
      feedForward(layer, me);
    }
    multiply(embedding, input(me), logits, 0, part(VOCABULARY, me), part(VOCABULARY, me + 1));
    meet();
  }

  private void attend(Layer layer, int me, int position) {
    final float[] input = input(me);
    final int from = part(WIDTH, me);
    final int to = part(WIDTH, me + 1);
    multiply(layer.query, input, layer.queries, 0, from, to);
    multiply(layer.key, input, layer.keys, position * WIDTH, from, to);
    multiply(layer.value, input, layer.values, position * WIDTH, from, to);
    meet();
    for (int head = part(HEADS, me); head < part(HEADS, me + 1); head++) {
      attend(layer, head * HEAD_WIDTH, position, shares[head]);
    }
    meet();
    add(layer.output, attended, from, to);
    meet();
  }

  /** What the head whose columns start at {@code column} takes from the tokens so far. */
  private void attend(Layer layer, int column, int position, float[] share) {
    float sum = 0;
    for (int at = 0; at <= position; at++) {
      float product = 0;
      for (int i = column; i < column + HEAD_WIDTH; i++) {
        product += layer.queries[i] * layer.keys[at * WIDTH + i];
      }
      share[at] = (float) StrictMath.exp(product / StrictMath.sqrt(HEAD_WIDTH));
      sum += share[at];
    }
    for (int i = column; i < column + HEAD_WIDTH; i++) {
      float mean = 0;
      for (int at = 0; at <= position; at++) {
        mean += share[at] * layer.values[at * WIDTH + i];
      }
      attended[i] = mean / sum;
    }
  }

  private void feedForward(Layer layer, int me) {
    final int from = part(HIDDEN, me);
    final int to = part(HIDDEN, me + 1);
    multiply(layer.up, input(me), hidden, 0, from, to);
    for (int i = from; i < to; i++) {
      hidden[i] = Math.max(hidden[i], 0);
    }
    meet();
    add(layer.down, hidden, part(WIDTH, me), part(WIDTH, me + 1));
    meet();
  }

  /** Adds rows {@code from} to {@code to} of a matrix times {@code vector} to the state. */
  private void add(float[] matrix, float[] vector, int from, int to) {
    multiply(matrix, vector, update, 0, from, to);
    for (int i = from; i < to; i++) {
      state[i] += update[i];
    }
  }

  /** The state, scaled to a mean square of 1: each thread makes its own, which saves a barrier. */
  private float[] input(int me) {
    final float[] input = inputs[me];
    float squares = 1e-6f;
    for (float x : state) {
      squares += x * x;
    }
    final float scale = (float) StrictMath.sqrt(WIDTH / squares);
    for (int i = 0; i < WIDTH; i++) {
      input[i] = state[i] * scale;
    }
    return input;
  }

  /** Rows {@code from} to {@code to} of a matrix times {@code vector}, into {@code result}. */
  private static void multiply(
      float[] matrix, float[] vector, float[] result, int offset, int from, int to) {
    final int columns = vector.length;
    for (int row = from; row < to; row++) {
      float sum = 0;
      for (int i = 0; i < columns; i++) {
        sum += matrix[row * columns + i] * vector[i];
      }
      result[offset + row] = sum;
    }
  }

  /** The next token: not one of the last ones, or it would repeat itself for ever. */
  private int likeliest(int position) {
    for (int i = Math.max(0, position - 8); i <= position; i++) {
      logits[tokens[i]] = Float.NEGATIVE_INFINITY;
    }
    int best = 0;
    for (int i = 1; i < VOCABULARY; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** Where the part of a thread begins, if {@code rows} are shared out. */
  private int part(int rows, int thread) {
    return rows * thread / threads;
  }

  private void meet() {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException("a thread is gone", e);
    }
  }
}
