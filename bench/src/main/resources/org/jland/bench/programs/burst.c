// SPDX-License-Identifier: Apache-2.0
/*
 * burst WAKEUPS ROUNDS: what a wake-up costs if WAKEUPS of them come at once.
 *
 * WAKEUPS + 1 threads meet at a barrier ROUNDS times. Who comes last wakes all
 * others by one system call and is the first one at the next barrier, where it
 * sleeps. On one CPU, which is what this program is for, the others can't run
 * before that: they are all queued, then the CPU runs out of work, and a
 * scheduler has exactly WAKEUPS of them to decide about. No thread conducts:
 * waking it would be another burst, of one.
 *
 * A futex wakes without the hint that the waker is about to sleep, no CPU idles
 * while the waker runs, and nobody runs long enough to lose its CPU. So no short
 * cut past the scheduler applies.
 *
 * Threads that did not sleep were not woken, which is an error. The work is
 * fixed. ns_per_wakeup is the whole machine's time: the system calls, the
 * scheduler, and the switches of the CPU.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S    1000000000LL
#define MAX_WAKEUPS 4096
#define MAX_ROUNDS  10000000

static int threads, rounds;
static atomic_int arrived, generation;
static atomic_long passed, sleeps;
/* When the first round's threads were about to be woken, and when the last round's had all run. */
static int64_t began, ended;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void barrier(void)
{
	const int mine = atomic_load(&generation);

	if (atomic_fetch_add(&arrived, 1) == threads - 1) {
		if (mine == 0)
			began = now_ns();
		if (mine == rounds)
			ended = now_ns();
		atomic_store(&arrived, 0);
		atomic_fetch_add(&generation, 1);
		syscall(SYS_futex, &generation, FUTEX_WAKE_PRIVATE, INT_MAX);
		return;
	}
	while (atomic_load(&generation) == mine)
		syscall(SYS_futex, &generation, FUTEX_WAIT_PRIVATE, mine, NULL);
}

static long slept(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

static void *meet(void *arg)
{
	long before = slept();

	(void)arg;
	/* All threads are there when the first meeting ends; each further one ends a round. */
	for (int meeting = 0; meeting <= rounds; meeting++) {
		barrier();
		atomic_fetch_add(&passed, 1);
	}
	atomic_fetch_add(&sleeps, slept() - before);
	return NULL;
}

static int number(const char *text, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || *end || end == text || n < 1 || n > max) {
		fprintf(stderr, "burst: '%s' is no number from 1 to %ld\n", text, max);
		exit(2);
	}
	return (int)n;
}

static void run(void)
{
	pthread_t *thread = calloc(threads, sizeof(*thread));

	if (!thread) {
		perror("burst");
		exit(1);
	}
	for (int i = 0; i < threads; i++) {
		errno = pthread_create(&thread[i], NULL, meet, NULL);
		if (errno) {
			perror("burst: thread");
			exit(1);
		}
	}
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	free(thread);
}

int main(int argc, char **argv)
{
	cpu_set_t cpus;
	long wakeups;

	if (argc != 3) {
		fprintf(stderr, "usage: burst WAKEUPS ROUNDS\n");
		return 2;
	}
	threads = number(argv[1], MAX_WAKEUPS) + 1;
	rounds = number(argv[2], MAX_ROUNDS);
	wakeups = (threads - 1) * (long)rounds;
	sched_getaffinity(0, sizeof(cpus), &cpus);
	if (CPU_COUNT(&cpus) != 1) {
		fprintf(stderr, "burst: it needs one CPU, and may use %d\n", CPU_COUNT(&cpus));
		return 1;
	}
	run();
	if (passed != threads * (rounds + 1L)) {
		fprintf(stderr, "burst: %ld meetings, not %ld\n", passed, threads * (rounds + 1L));
		return 1;
	}
	if (sleeps < wakeups) {
		fprintf(stderr, "burst: %ld sleeps for %ld wake-ups\n", sleeps, wakeups);
		return 1;
	}
	printf("burst wakeups_per_round=%d rounds=%d wakeups=%ld sleeps=%ld elapsed_ms=%.3f"
	       " ns_per_wakeup=%.1f\n",
	       threads - 1, rounds, wakeups, sleeps, (ended - began) / 1e6,
	       (double)(ended - began) / wakeups);
	return 0;
}
