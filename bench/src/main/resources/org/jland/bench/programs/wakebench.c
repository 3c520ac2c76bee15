// SPDX-License-Identifier: Apache-2.0
/*
 * wakebench [-m MESSENGERS] [-t WORKERS] [-n STEPS] [-c CPU_US] [-r SECONDS]:
 * how long a server's workers wait for a CPU.
 *
 * The pattern is schbench's. Each messenger has WORKERS workers, and sends each
 * of them one request after the other, waking it by a futex; a messenger sleeps
 * until a worker is ready for its next one. A request takes STEPS steps. A step
 * sleeps 100 us, as if it asked another machine, and then multiplies matrices
 * until it has used its part of CPU_US.
 *
 * Two times are told: from sending a request until its worker runs, and from
 * there until the request is done. All are kept, so a percentile is a value that
 * was met. In the end every request that was sent has to be done.
 *
 * The work is measured by the thread's CPU clock; frameloop.c tells why. So
 * requests_per_s says how well the CPUs were kept busy, not what a scheduler
 * costs: burst.c does that.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S   1000000000LL
#define NS_PER_US  1000LL
#define SLEEP_NS   (100 * NS_PER_US)
#define MATRIX	   12
#define CACHE_LINE 64

enum state { BUSY, READY, STOPPED };

struct messenger {
	/* Grows with each worker that becomes ready; the messenger waits on it. */
	_Alignas(CACHE_LINE) atomic_int calls;
	struct worker *workers;
	pthread_t thread;
	long sent;
};

struct worker {
	/* An enum state; the worker waits on it while it is READY. */
	_Alignas(CACHE_LINE) atomic_int state;
	struct messenger *messenger;
	pthread_t thread;
	int64_t sent_at;
	/* Of each request: from sent until it ran, from there until it was done. */
	int64_t *waited, *took;
	long done;
	double a[MATRIX][MATRIX], b[MATRIX][MATRIX], product[MATRIX][MATRIX];
};

static int nr_messengers = 1, nr_workers = 4, steps = 3, seconds = 1;
static int64_t cpu_ns = 300 * NS_PER_US, end_at;
static long max_requests;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void wait_while(atomic_int *word, int value)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL);
}

static void wake(atomic_int *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1);
}

static void multiply(struct worker *w)
{
	for (int i = 0; i < MATRIX; i++) {
		for (int j = 0; j < MATRIX; j++) {
			double sum = 0;

			for (int k = 0; k < MATRIX; k++)
				sum += w->a[i][k] * w->b[k][j];
			w->product[i][j] = sum;
		}
	}
	/* The compiler may not find out that nobody reads it. */
	__asm__ volatile("" : : "r"(w->product) : "memory");
}

static void do_request(struct worker *w)
{
	const struct timespec pause = {0, SLEEP_NS};

	for (int i = 0; i < steps; i++) {
		int64_t end;

		nanosleep(&pause, NULL);
		end = clock_ns(CLOCK_THREAD_CPUTIME_ID) + cpu_ns / steps;
		while (clock_ns(CLOCK_THREAD_CPUTIME_ID) < end)
			multiply(w);
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;

	for (;;) {
		int64_t begin;

		atomic_store(&w->state, READY);
		atomic_fetch_add(&w->messenger->calls, 1);
		wake(&w->messenger->calls);
		while (atomic_load(&w->state) == READY)
			wait_while(&w->state, READY);
		begin = clock_ns(CLOCK_MONOTONIC);
		if (atomic_load(&w->state) == STOPPED || w->done == max_requests)
			return NULL;
		w->waited[w->done] = begin - w->sent_at;
		do_request(w);
		w->took[w->done++] = clock_ns(CLOCK_MONOTONIC) - begin;
	}
}

static void *send_requests(void *arg)
{
	struct messenger *m = arg;
	int stopped = 0;

	while (stopped < nr_workers) {
		const int calls = atomic_load(&m->calls);
		int answered = 0;

		for (int i = 0; i < nr_workers; i++) {
			struct worker *w = &m->workers[i];

			if (atomic_load(&w->state) != READY)
				continue;
			answered++;
			w->sent_at = clock_ns(CLOCK_MONOTONIC);
			if (w->sent_at < end_at) {
				m->sent++;
				atomic_store(&w->state, BUSY);
			} else {
				stopped++;
				atomic_store(&w->state, STOPPED);
			}
			wake(&w->state);
		}
		if (!answered)
			wait_while(&m->calls, calls);
	}
	return NULL;
}

static void *zeroed(size_t number, size_t size)
{
	void *memory = aligned_alloc(CACHE_LINE, number * size);

	if (!memory)
		die("wakebench: memory");
	return memset(memory, 0, number * size);
}

static void start(pthread_t *thread, void *(*function)(void *), void *arg)
{
	errno = pthread_create(thread, NULL, function, arg);
	if (errno)
		die("wakebench: thread");
}

static void start_all(struct messenger *messengers, struct worker *workers)
{
	for (int i = 0; i < nr_messengers; i++) {
		struct messenger *m = &messengers[i];

		m->workers = &workers[i * nr_workers];
		for (int j = 0; j < nr_workers; j++) {
			struct worker *w = &m->workers[j];

			w->messenger = m;
			w->waited = zeroed(max_requests, sizeof(*w->waited));
			w->took = zeroed(max_requests, sizeof(*w->took));
		}
	}
	end_at = clock_ns(CLOCK_MONOTONIC) + seconds * NS_PER_S;
	for (int i = 0; i < nr_messengers * nr_workers; i++)
		start(&workers[i].thread, work, &workers[i]);
	for (int i = 0; i < nr_messengers; i++)
		start(&messengers[i].thread, send_requests, &messengers[i]);
}

static int ascending(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print_times(const char *name, int64_t *ns, long nr)
{
	qsort(ns, nr, sizeof(*ns), ascending);
	printf(" %s_p50_us=%.1f %s_p99_us=%.1f %s_p999_us=%.1f %s_max_us=%.1f", name,
	       ns[nr / 2] / 1e3, name, ns[nr * 99 / 100] / 1e3, name, ns[nr * 999 / 1000] / 1e3,
	       name, ns[nr - 1] / 1e3);
}

/* Joins the workers, and tells of their requests what print_times() says. */
static void report(struct worker *workers, long sent, double elapsed_s)
{
	const int nr = nr_messengers * nr_workers;
	int64_t *waited = zeroed(nr * max_requests, sizeof(*waited));
	int64_t *took = zeroed(nr * max_requests, sizeof(*took));
	long done = 0;

	for (int i = 0; i < nr; i++) {
		memcpy(waited + done, workers[i].waited, workers[i].done * sizeof(*waited));
		memcpy(took + done, workers[i].took, workers[i].done * sizeof(*took));
		done += workers[i].done;
	}
	if (done != sent || !done) {
		fprintf(stderr, "wakebench: %ld requests were sent, %ld done\n", sent, done);
		exit(1);
	}
	printf("wakebench sent=%ld done=%ld requests_per_s=%.1f", sent, done, done / elapsed_s);
	print_times("wake", waited, done);
	print_times("request", took, done);
	printf("\n");
}

static void usage(void)
{
	fprintf(stderr, "usage: wakebench [-m MESSENGERS] [-t WORKERS] [-n STEPS] [-c CPU_US]"
			" [-r SECONDS], each a number from 1 to 10000\n");
	exit(2);
}

static int number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text || n < 1 || n > 10000)
		usage();
	return (int)n;
}

static void options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "m:t:n:c:r:")) != -1) {
		switch (option) {
		case 'm':
			nr_messengers = number(optarg);
			break;
		case 't':
			nr_workers = number(optarg);
			break;
		case 'n':
			steps = number(optarg);
			break;
		case 'c':
			cpu_ns = number(optarg) * NS_PER_US;
			break;
		case 'r':
			seconds = number(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
}

int main(int argc, char **argv)
{
	struct messenger *messengers;
	struct worker *workers;
	int64_t begin;
	long sent = 0;

	options(argc, argv);
	/* A request sleeps that long at least; the one that reaches over the end is the last. */
	max_requests = seconds * NS_PER_S / (steps * SLEEP_NS) + CACHE_LINE;
	max_requests -= max_requests % CACHE_LINE;
	messengers = zeroed(nr_messengers, sizeof(*messengers));
	workers = zeroed(nr_messengers * nr_workers, sizeof(*workers));
	begin = clock_ns(CLOCK_MONOTONIC);
	start_all(messengers, workers);
	for (int i = 0; i < nr_messengers; i++) {
		pthread_join(messengers[i].thread, NULL);
		sent += messengers[i].sent;
	}
	for (int i = 0; i < nr_messengers * nr_workers; i++)
		pthread_join(workers[i].thread, NULL);
	report(workers, sent, (clock_ns(CLOCK_MONOTONIC) - begin) / 1e9);
	return 0;
}
