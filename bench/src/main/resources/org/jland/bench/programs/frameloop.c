// SPDX-License-Identifier: Apache-2.0
/*
 * frameloop CPU_US RATE SECONDS: what a game, a video player or an audio server
 * asks of a scheduler.
 *
 * RATE times a second, at absolute times, it wakes, uses CPU_US of CPU and sleeps
 * again: 60 for a screen, 750 for audio in blocks of 64 samples at 48 kHz. A frame
 * is on time if it is finished within its own period. One that is late costs the
 * periods that it reaches into, as with a screen that shows what is there when it
 * refreshes: the loop goes on at the next period, so it always takes SECONDS, and
 * each wake-up is a real one.
 *
 * The CPU is used up by the thread's CPU clock, neither by a fixed amount of
 * work nor by wall-clock time. Wall-clock time runs on while the thread waits
 * for a CPU, so a preempted frame would have less to do. A fixed amount of work
 * depends on the machine, and in a guest whose time is made of the instructions
 * of all its CPUs, twice as much would be asked of the scheduler as soon as a
 * second CPU is busy. The CPU clock is what the scheduler itself accounts by:
 * 4 ms a frame at 60 Hz are 24 % of one CPU for every scheduler, clock and machine.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NS_PER_S  1000000000LL
#define NS_PER_US 1000LL
#define MAX_RATE  10000
#define MAX_S	  3600

static volatile uint64_t sink;

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void sleep_until(int64_t ns)
{
	const struct timespec t = {ns / NS_PER_S, ns % NS_PER_S};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static void use_cpu(int64_t ns)
{
	const int64_t end = clock_ns(CLOCK_THREAD_CPUTIME_ID) + ns;
	uint64_t x = 88172645463325252ULL;

	while (clock_ns(CLOCK_THREAD_CPUTIME_ID) < end) {
		/* Some 10 us between two looks at the clock, which is a system call. */
		for (int i = 0; i < 1000; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
		}
	}
	sink = x;
}

static int ascending(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static long number(const char *text, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || *end || end == text || n < 1 || n > max) {
		fprintf(stderr, "frameloop: '%s' is no number from 1 to %ld\n", text, max);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv)
{
	int64_t cpu, period, first, last_end, gap, worst_gap = 0, *late;
	int frames, on_time = 0, nr = 0;

	if (argc != 4) {
		fprintf(stderr, "usage: frameloop CPU_US RATE SECONDS\n");
		return 2;
	}
	cpu = number(argv[1], 1000000) * NS_PER_US;
	frames = (int)number(argv[2], MAX_RATE);
	period = NS_PER_S / frames;
	frames *= (int)number(argv[3], MAX_S);
	late = calloc(frames, sizeof(*late));
	if (!late) {
		perror("frameloop");
		return 1;
	}

	first = last_end = clock_ns(CLOCK_MONOTONIC) + period;
	for (int frame = 0; frame < frames;) {
		const int64_t start = first + frame * period;
		int64_t end;

		sleep_until(start);
		late[nr++] = clock_ns(CLOCK_MONOTONIC) - start;
		use_cpu(cpu);
		end = clock_ns(CLOCK_MONOTONIC);
		on_time += end <= start + period;
		gap = end - last_end;
		worst_gap = gap > worst_gap ? gap : worst_gap;
		last_end = end;
		/* The first period that starts after this frame's end. */
		frame = (int)((end - first + period - 1) / period);
	}

	qsort(late, nr, sizeof(*late), ascending);
	printf("frameloop on_time=%d frames=%d wakeups=%d worst_gap_us=%lld"
	       " wake_p50_us=%lld wake_p99_us=%lld wake_max_us=%lld\n",
	       on_time, frames, nr, (long long)(worst_gap / NS_PER_US),
	       (long long)(late[nr / 2] / NS_PER_US), (long long)(late[nr * 99 / 100] / NS_PER_US),
	       (long long)(late[nr - 1] / NS_PER_US));
	return 0;
}
