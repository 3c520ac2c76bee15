// SPDX-License-Identifier: Apache-2.0
/*
 * Many tasks.
 *
 *   crowd bomb            fork without end, in every child too
 *   crowd threads N       N threads at once, each waits, wakes once and ends
 *   crowd short S         for S seconds threads that live for about 100 us; prints how many
 *   crowd forks S         the same with processes; and how often their numbers began anew
 *   crowd bursts N        N threads that are woken all at once, again and again, until SIGTERM
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STACK 65536L
#define AT_ONCE 16

static pthread_barrier_t everybody;

static long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static void spin_100_us(void)
{
	long end = now_us() + 100;

	while (now_us() < end)
		;
}

static void *wait_for_all(void *arg)
{
	pthread_barrier_wait(&everybody);
	return NULL;
}

static void *wait_again_and_again(void *arg)
{
	while (1)
		pthread_barrier_wait(&everybody);
	return NULL;
}

static void *live_shortly(void *arg)
{
	spin_100_us();
	return NULL;
}

static pthread_t start(char *stack, void *(*body)(void *))
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, stack, STACK);
	if (pthread_create(&thread, &attr, body, NULL)) {
		perror("pthread_create");
		exit(1);
	}
	return thread;
}

static char *stacks(long n)
{
	char *memory = mmap(NULL, n * STACK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return memory;
}

static void threads(long n)
{
	pthread_t *thread = calloc(n, sizeof(*thread));
	char *memory = stacks(n);

	pthread_barrier_init(&everybody, NULL, n + 1);
	for (long i = 0; i < n; i++)
		thread[i] = start(memory + i * STACK, wait_for_all);
	pthread_barrier_wait(&everybody);
	for (long i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	printf("%ld threads\n", n);
}

static void bursts(long n)
{
	char *memory = stacks(n);

	pthread_barrier_init(&everybody, NULL, n + 1);
	for (long i = 0; i < n; i++)
		start(memory + i * STACK, wait_again_and_again);
	while (1) {
		usleep(5000);
		pthread_barrier_wait(&everybody);
	}
}

static void shorts(long seconds)
{
	long end = now_us() + seconds * 1000000, n = 0;
	char *memory = stacks(AT_ONCE);
	pthread_t thread[AT_ONCE];

	while (now_us() < end) {
		for (int i = 0; i < AT_ONCE; i++)
			thread[i] = start(memory + i * STACK, live_shortly);
		for (int i = 0; i < AT_ONCE; i++)
			pthread_join(thread[i], NULL);
		n += AT_ONCE;
	}
	printf("%ld threads\n", n);
}

static void forks(long seconds)
{
	long end = now_us() + seconds * 1000000, n = 0, anew = 0;
	pid_t last = 0;

	while (now_us() < end) {
		int started = 0;

		for (int i = 0; i < AT_ONCE; i++) {
			pid_t pid = fork();

			if (pid == 0) {
				spin_100_us();
				_exit(0);
			}
			started += pid > 0;
			anew += pid > 0 && pid < last;
			last = pid > 0 ? pid : last;
		}
		for (int i = 0; i < started; i++)
			wait(NULL);
		n += started;
	}
	printf("%ld processes, numbers began anew %ld times\n", n, anew);
}

int main(int argc, char **argv)
{
	long n = argc > 2 ? atol(argv[2]) : 0;

	if (argc > 1 && !strcmp(argv[1], "bomb"))
		while (1)
			fork();
	else if (argc > 2 && !strcmp(argv[1], "threads"))
		threads(n);
	else if (argc > 2 && !strcmp(argv[1], "short"))
		shorts(n);
	else if (argc > 2 && !strcmp(argv[1], "forks"))
		forks(n);
	else if (argc > 2 && !strcmp(argv[1], "bursts"))
		bursts(n);
	else
		return 2;
	return 0;
}
