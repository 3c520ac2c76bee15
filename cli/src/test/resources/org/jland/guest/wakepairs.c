// SPDX-License-Identifier: Apache-2.0
/*
 * wakepairs ROUNDS: a task that wakes two others at once and sleeps at once, as who writes
 * to two pipes and then waits.
 *
 * In between it sleeps some times without a wake-up, so that it usually runs for a few us
 * only. The readers do nothing but read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READERS 2
#define PAUSES	8

static void pause_a_little(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

/* A pipe that a child reads to its end; returns the end to write to. */
static int reader(void)
{
	int ends[2];
	char byte;

	if (pipe(ends))
		exit(1);
	switch (fork()) {
	case -1:
		exit(1);
	case 0:
		close(ends[1]);
		while (read(ends[0], &byte, 1) == 1)
			;
		_exit(0);
	}
	close(ends[0]);
	return ends[1];
}

int main(int argc, char **argv)
{
	int to[READERS], status, good = 0;
	long rounds = argc == 2 ? atol(argv[1]) : 0;

	/* The second has the first one's end to write to, and closes it when it ends itself. */
	for (int i = 0; i < READERS; i++)
		to[i] = reader();
	for (long round = 0; round < rounds; round++) {
		for (int i = 0; i < PAUSES; i++)
			pause_a_little();
		for (int i = 0; i < READERS; i++) {
			if (write(to[i], "", 1) != 1)
				return 1;
		}
	}
	for (int i = READERS - 1; i >= 0; i--) {
		close(to[i]);
		good += wait(&status) > 0 && !status;
	}
	return good == READERS && rounds > 0 ? 0 : 1;
}
