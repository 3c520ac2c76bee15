// SPDX-License-Identifier: Apache-2.0
/*
 * moved SECONDS: workers that are moved about, and look on which CPU they are.
 *
 * Each changes its own affinity; the parent changes it from outside, stops and continues
 * workers by ptrace, and they exec themselves now and then. Prints how often a worker
 * looked, and how often it was on a CPU that its affinity forbids. A worker reads its
 * affinity before and after it asks for its CPU, and a look does not count if somebody may
 * have changed it meanwhile: between the new mask and the task's move the kernel lets the
 * task run on, and a virtual CPU may lose the host's in just that moment. So the parent
 * counts its changes, and whoever changes cpusets or moves workers between cgroups counts
 * them in the first long of COUNTS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORKERS 6
#define COUNTS  "/tmp/jland-moved"

struct counts {
	/* Odd while a change is made: of the cgroups by MovedVmTest, and of the masks by the parent. */
	long group_changes, mask_changes[WORKERS];
	long looks, moving, wrong, execs, stops, sets;
	int end;
};

static struct counts *counts;
static unsigned int seed;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void map_counts(int flags)
{
	FILE *file = fopen(COUNTS, flags ? "w+" : "r+");

	if (!file || (flags && ftruncate(fileno(file), sizeof(*counts)))) {
		perror(COUNTS);
		exit(1);
	}
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
}

static void set_any(pid_t pid)
{
	long nr = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	for (long cpu = 0; cpu < nr; cpu++)
		if (rand_r(&seed) & 1)
			CPU_SET(cpu, &set);
	CPU_SET(rand_r(&seed) % nr, &set);
	/* Forbidden by the cpuset, or gone: another time. */
	if (!sched_setaffinity(pid, sizeof(set), &set))
		__sync_fetch_and_add(&counts->sets, 1);
}

static long changes_of(long *changes)
{
	return __atomic_load_n(changes, __ATOMIC_SEQ_CST);
}

static void look(int number)
{
	long group_changes = changes_of(&counts->group_changes);
	long mask_changes = changes_of(&counts->mask_changes[number]);
	cpu_set_t before, after;
	unsigned int cpu;

	sched_getaffinity(0, sizeof(before), &before);
	syscall(SYS_getcpu, &cpu, NULL, NULL);
	sched_getaffinity(0, sizeof(after), &after);
	if (!CPU_EQUAL(&before, &after) || ((group_changes | mask_changes) & 1) ||
	    group_changes != changes_of(&counts->group_changes) ||
	    mask_changes != changes_of(&counts->mask_changes[number])) {
		__sync_fetch_and_add(&counts->moving, 1);
		return;
	}
	__sync_fetch_and_add(&counts->looks, 1);
	if (!CPU_ISSET(cpu, &before))
		__sync_fetch_and_add(&counts->wrong, 1);
}

static void work(char *self, char *number)
{
	seed = atoi(number) + getpid();
	for (int i = 0; !counts->end; i++) {
		look(atoi(number));
		switch (rand_r(&seed) % 16) {
		case 0:
			usleep(rand_r(&seed) % 2000);
			break;
		case 1:
			set_any(0);
			break;
		case 2:
			sched_yield();
			break;
		}
		if (i == 2000) {
			__sync_fetch_and_add(&counts->execs, 1);
			execl("/proc/self/exe", self, "worker", number, NULL);
			exit(1);
		}
	}
}

static void stop_and_go(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, 0, 0))
		return;
	if (!ptrace(PTRACE_INTERRUPT, pid, 0, 0) && waitpid(pid, &status, 0) == pid)
		__sync_fetch_and_add(&counts->stops, 1);
	ptrace(PTRACE_DETACH, pid, 0, 0);
}

int main(int argc, char **argv)
{
	pid_t pids[WORKERS];
	int failed = 0;
	double end;

	if (argc == 3) {
		map_counts(0);
		work(argv[0], argv[2]);
		return 0;
	}
	map_counts(1);
	end = now() + atof(argv[1]);
	for (int i = 0; i < WORKERS; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%d", i);
		pids[i] = fork();
		if (!pids[i]) {
			execl("/proc/self/exe", argv[0], "worker", number, NULL);
			exit(1);
		}
	}
	while (now() < end) {
		int worker = rand_r(&seed) % WORKERS;

		__sync_fetch_and_add(&counts->mask_changes[worker], 1);
		set_any(pids[worker]);
		__sync_fetch_and_add(&counts->mask_changes[worker], 1);
		usleep(rand_r(&seed) % 3000);
		if (rand_r(&seed) % 8 == 0)
			stop_and_go(pids[rand_r(&seed) % WORKERS]);
	}
	counts->end = 1;
	for (int i = 0; i < WORKERS; i++) {
		int status;

		if (waitpid(pids[i], &status, 0) != pids[i] || status)
			failed++;
	}
	printf("looks %ld moving %ld wrong %ld execs %ld stops %ld sets %ld failed %d\n", counts->looks, counts->moving,
	       counts->wrong, counts->execs, counts->stops, counts->sets, failed);
	return failed || counts->wrong || !counts->looks;
}
