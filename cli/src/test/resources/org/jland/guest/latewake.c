// SPDX-License-Identifier: Apache-2.0
/*
 * latewake ROUNDS: a task that computes for 30 ms and sleeps for 2, again and again; 1 ms after
 * its sleep it wakes another, bound to the same CPU, which wants it for a moment.
 *
 * Prints how long that one waited: the median and the longest, us.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ROUNDS 1000
#define MS	   1000000L

static long now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static void compute(long ns)
{
	long end = now_ns(CLOCK_THREAD_CPUTIME_ID) + ns;

	while (now_ns(CLOCK_THREAD_CPUTIME_ID) < end)
		;
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

/* Reads when it was woken, until there is no more; all but the first round count. */
static void wait_for_cpu(int from)
{
	static long waits[MAX_ROUNDS];
	long woken, n = -1;

	while (read(from, &woken, sizeof(woken)) == sizeof(woken) && n < MAX_ROUNDS) {
		if (n >= 0)
			waits[n] = now_ns(CLOCK_MONOTONIC) - woken;
		n++;
	}
	if (n < 1)
		_exit(1);
	qsort(waits, n, sizeof(*waits), compare);
	printf("median %ld longest %ld\n", waits[n / 2] / 1000, waits[n - 1] / 1000);
	fflush(stdout);
	_exit(0);
}

int main(int argc, char **argv)
{
	long rounds = argc == 2 ? atol(argv[1]) : 0;
	int ends[2], status;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (rounds < 1 || sched_setaffinity(0, sizeof(one), &one) || pipe(ends))
		return 1;
	switch (fork()) {
	case -1:
		return 1;
	case 0:
		close(ends[1]);
		wait_for_cpu(ends[0]);
	}
	for (long i = 0; i <= rounds; i++) {
		long now;

		nanosleep(&(struct timespec){.tv_nsec = 2 * MS}, NULL);
		compute(MS);
		now = now_ns(CLOCK_MONOTONIC);
		if (write(ends[1], &now, sizeof(now)) != sizeof(now))
			return 1;
		compute(29 * MS);
	}
	close(ends[1]);
	return wait(&status) > 0 && !status ? 0 : 1;
}
